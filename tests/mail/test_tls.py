"""Mail goes to a server of which a trusted root says who it is, and to no other."""

import pathlib
import tempfile
import unittest

from aiosmtpd.smtp import AuthResult

from case import MailCase
from certificates import Root

# This machine, as Linux takes it. To the function it is an address like any other, and no loopback one.
ELSEWHERE = "0.0.0.0"
SECRET = "the-password"


class Taken:
    """What came, over TLS or not."""

    def __init__(self):
        self.mails, self.passwords = [], []

    def authenticator(self, _server, _session, _envelope, _mechanism, data):
        self.passwords.append(data.password.decode())
        return AuthResult(success=True)

    async def handle_DATA(self, server, _session, envelope):
        self.mails.append((server.transport.get_extra_info("ssl_object") is not None, envelope.rcpt_tos))
        return "250 OK"


class Tls(MailCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.ours, self.theirs = (Root(pathlib.Path(folder.name), name) for name in ("ours", "theirs"))

    def send(self, url, **variables):
        """Asks for a mail. What comes of it: whether it is sent, and the log."""
        office = self.office(MAIL_TRANSPORT="smtp", SMTP_URL=url, **variables)
        office.ask("deleted", "ada@example.com")
        office.handle()
        return not office.left(), office.program.log()

    def test_a_server_that_speaks_tls_from_the_first_byte(self):
        taken = Taken()
        port = self.aiosmtpd(taken, ssl_context=self.ours.context("127.0.0.1"))
        url = f"smtps://127.0.0.1:{port}"
        # Mozilla's roots, a root that is another's, and a name that the certificate does not have.
        elsewhere = self.aiosmtpd(taken, ssl_context=self.ours.context("192.0.2.1"))
        for refused, variables in [
            (url, {}),
            (url, {"SMTP_CA_BUNDLE": self.theirs.file}),
            (f"smtps://127.0.0.1:{elsewhere}", {"SMTP_CA_BUNDLE": self.ours.file}),
        ]:
            is_sent, log = self.send(refused, **variables)
            self.assertFalse(is_sent)
            self.assertIn("certificate", log)
        self.assertEqual(taken.mails, [])
        is_sent, log = self.send(url, SMTP_CA_BUNDLE=self.ours.file)
        self.assertTrue(is_sent, log)
        self.assertEqual(taken.mails, [(True, ["ada@example.com"])])

    def test_a_server_elsewhere_must_offer_starttls_before_it_is_told_anything(self):
        taken = Taken()
        options = {"hostname": ELSEWHERE, "authenticator": taken.authenticator, "auth_require_tls": False}
        port = self.aiosmtpd(taken, **options)
        is_sent, _log = self.send(f"smtp://ada:{SECRET}@{ELSEWHERE}:{port}", SMTP_CA_BUNDLE=self.ours.file)
        self.assertFalse(is_sent)

        port = self.aiosmtpd(taken, tls_context=self.ours.context(ELSEWHERE), **options)
        url = f"smtp://ada:{SECRET}@{ELSEWHERE}:{port}"
        for variables in [{}, {"SMTP_CA_BUNDLE": self.theirs.file}]:
            is_sent, log = self.send(url, **variables)
            self.assertFalse(is_sent)
            self.assertIn("certificate", log)
        self.assertEqual((taken.mails, taken.passwords), ([], []))
        is_sent, log = self.send(url, SMTP_CA_BUNDLE=self.ours.file)
        self.assertTrue(is_sent, log)
        self.assertNotIn(SECRET, log)
        self.assertEqual((taken.mails, taken.passwords), ([(True, ["ada@example.com"])], [SECRET]))

    def test_a_server_on_this_machine_needs_no_tls(self):
        taken = Taken()
        is_sent, log = self.send(f"smtp://127.0.0.1:{self.aiosmtpd(taken)}")
        self.assertTrue(is_sent, log)
        self.assertEqual(taken.mails, [(False, ["ada@example.com"])])


if __name__ == "__main__":
    unittest.main()
