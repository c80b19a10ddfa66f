// An SMTP server by npm's smtp-server, which writes each mail as mailparser reads it, one JSON object a line. It prints its port.
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onRcptTo(address, _session, done) {
    const refused = address.address.startsWith("refused");
    done(refused ? Object.assign(new Error(`no such user ${address.address}`), { responseCode: 550 }) : undefined);
  },
  onData(stream, session, done) {
    simpleParser(stream).then((mail) => {
      const headers = Object.fromEntries(mail.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(":") + 1).trim()]));
      const { subject, text, html, messageId } = mail;
      const to = session.envelope.rcptTo.map(({ address }) => address);
      console.log(JSON.stringify({ subject, text, html, messageId, to, from: mail.from.value[0], headers }));
      done();
    }, done);
  },
});
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
