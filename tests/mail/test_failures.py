"""What takes mails fails, hangs, or dies after it took one. The mail comes again, and every mail of a code holds the same one."""

import asyncio
import email.policy
import unittest

from case import CODE, MailCase
from front import Front

ENDINGS = ("fail", "hang", "die")


class Smtp:
    """Takes mails as `ending` says, like a Front."""

    def __init__(self):
        self.ending, self.texts = "pass", []

    async def handle_DATA(self, server, _session, envelope):
        if self.ending == "fail":
            return "451 try again"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.texts.append(mail.get_body(("plain",)).get_content())
        if self.ending == "hang":
            await asyncio.Event().wait()
        if self.ending == "die":
            server.transport.abort()
        return "250 OK"


class Failures(MailCase):
    def assert_it_comes_at_last_with_one_code(self, office, server, texts):
        """`server.ending` says how each try ends, and `texts` lists the mails that were taken so far."""
        office.ask("verify", "ada@example.com", reference="1")
        again = [{"itemIdentifier": office.records()[0]["dynamodb"]["SequenceNumber"]}]
        for ending in ENDINGS:
            server.ending, before = ending, len(texts())
            self.assertEqual((office.handle(), len(office.left())), (again, 1), ending)
            self.assertEqual(len(texts()) > before, ending != "fail", ending)
        server.ending = "pass"
        self.assertEqual((office.handle(), office.left()), ([], []))
        codes = [CODE.findall(text)[0] for text in texts()]
        self.assertGreaterEqual(len(codes), 3)
        self.assertEqual(len(set(codes)), 1)
        self.assert_no_code_is_written_down(office, codes[:1])

    def test_ses(self):
        url, taken = self.ses()
        front = Front(url)
        self.addCleanup(front.stop)
        office = self.office(AWS_ENDPOINT_URL_SESV2=front.url)
        self.assert_it_comes_at_last_with_one_code(office, front, lambda: [mail["body"]["text"] for mail in taken()])

    def test_a_mail_server(self):
        smtp = Smtp()
        office = self.office(MAIL_TRANSPORT="smtp", SMTP_URL=f"smtp://127.0.0.1:{self.aiosmtpd(smtp)}")
        self.assert_it_comes_at_last_with_one_code(office, smtp, lambda: smtp.texts)


if __name__ == "__main__":
    unittest.main()
