"""Mails as other people's mail servers take them and other people's parsers read them."""

import email.policy
import json
import unittest

import boto3
from moto.server import ThreadedMotoServer

from case import CODE, HERE, MailCase


class Mails(MailCase):
    def test_aws_ses_v2_local_shows_subject_text_and_html(self):
        url, taken = self.ses()
        office = self.office(AWS_ENDPOINT_URL_SESV2=url, VERIFY_URL="https://app.example.com/verify")
        office.ask("verify", "ada@example.com", "de", reference="1")
        self.assertEqual((office.handle(), office.left()), ([], []))
        mail, = taken()
        self.assertEqual(mail["subject"], "Bestätigen Sie Ihre E-Mail-Adresse für Blumenladen Grün")
        code, = CODE.findall(mail["body"]["text"])
        self.assertIn(code, mail["body"]["html"])
        self.assertIn('href="https://app.example.com/verify#kind=verify&amp;code=', mail["body"]["html"])
        # The stream tells of it once more, as it may: nothing is sent twice.
        self.assertEqual(office.handle(), [])
        self.assertEqual(len(taken()), 1)
        self.assert_no_code_is_written_down(office, [code])

    def test_moto_refuses_a_sender_that_nobody_verified_and_the_log_says_what_to_do(self):
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        self.addCleanup(server.stop)
        url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        office = self.office(AWS_ENDPOINT_URL_SESV2=url)
        office.ask("deleted", "ada@example.com")
        self.assertEqual((office.handle(), office.left()), ([], []))
        self.assertIn("MessageRejected", office.program.log())
        self.assertIn("ask AWS for production access", office.program.log())
        self.assertNotIn("@", office.program.log())

        ses = boto3.client(
            "sesv2", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
        )
        ses.create_email_identity(EmailIdentity="no-reply@example.com")
        office.ask("deleted", "ada@example.com")
        self.assertEqual((office.handle(), office.left()), ([], []))
        self.assertIn('"outcome":"sent"', office.program.log())

    def test_smtp_server_and_mailparser_read_what_was_written(self):
        server = self.started(["node", str(HERE / "smtp_server.js")], cwd=HERE)
        office = self.office(MAIL_TRANSPORT="smtp", SMTP_URL=f"smtp://127.0.0.1:{int(server.stdout.readline())}")
        intent = office.ask("verify", "ada@example.com", "de", reference="2")
        self.assertEqual((office.handle(), office.left()), ([], []))
        mail = json.loads(server.stdout.readline())
        self.assertEqual(mail["subject"], "Bestätigen Sie Ihre E-Mail-Adresse für Blumenladen Grün")
        self.assertEqual(mail["from"], {"address": "no-reply@example.com", "name": "Blumenladen Grün"})
        self.assertEqual((mail["to"], mail["messageId"]), (["ada@example.com"], f"<{intent}@example.com>"))
        expected = {"auto-submitted": "auto-generated", "x-auto-response-suppress": "All", "content-language": "de"}
        self.assertLessEqual(expected.items(), mail["headers"].items())
        self.assertIn("um zu bestätigen, dass diese Adresse Ihnen gehört:", mail["text"])
        code, = CODE.findall(mail["text"])
        self.assertIn(f">{code}<", mail["html"])
        self.assert_no_code_is_written_down(office, [code])

    def test_a_recipient_whom_the_server_does_not_know_ends_the_mail_unnamed(self):
        server = self.started(["node", str(HERE / "smtp_server.js")], cwd=HERE)
        office = self.office(MAIL_TRANSPORT="smtp", SMTP_URL=f"smtp://127.0.0.1:{int(server.stdout.readline())}")
        office.ask("deleted", "refused@example.com")
        self.assertEqual((office.handle(), office.left()), ([], []))
        self.assertIn("the mail server refused it (550)", office.program.log())
        self.assertNotIn("refused@", office.program.log())

    def test_aiosmtpd_gets_every_kind_in_both_languages_and_the_same_code_after_a_failure(self):
        taken, answers = [], []

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
                return answers.pop(0) if answers else "250 OK"

        port = self.aiosmtpd(Handler())
        office = self.office(MAIL_TRANSPORT="smtp", SMTP_URL=f"smtp://127.0.0.1:{port}")
        answers[:] = ["451 try again", "421 closing"]
        office.ask("verify", "ada@example.com", reference="3")
        sequence_number = office.records()[0]["dynamodb"]["SequenceNumber"]
        for _ in range(2):
            self.assertEqual(office.handle(), [{"itemIdentifier": sequence_number}])
        self.assertEqual((office.handle(), office.left()), ([], []))
        codes = [CODE.findall(mail.get_body(("plain",)).get_content())[0] for mail in taken]
        self.assertEqual((len(codes), len(set(codes))), (3, 1))

        kinds = sorted(path.stem for path in (HERE.parents[1] / "functions/mail/mails/en").glob("*.txt"))
        notices = [kind for kind in kinds if kind not in ("signup", "verify", "reset", "change", "account_exists", "address_taken")]
        self.assertEqual(len(notices), 8)
        del taken[:]
        for language in ("en", "de"):
            for kind in notices:
                office.ask(kind, "ada@example.com", language)
        self.assertEqual((office.handle(), office.left()), ([], []))
        for mail in taken:
            self.assertEqual(mail.defects, [])
            self.assertEqual([part.get_content_charset() for part in mail.iter_parts()], ["utf-8", "utf-8"])
            self.assertIn("Blumenladen Grün", mail["Subject"])
            self.assertNotRegex(mail.get_body(("plain",)).get_content(), r"[{}]")
        self.assertEqual(len(taken), 16)
        self.assert_no_code_is_written_down(office, codes[:1])


if __name__ == "__main__":
    unittest.main()
