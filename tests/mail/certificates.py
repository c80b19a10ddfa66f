"""A root of our own, and what a server shows that hangs on it."""

import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_DAY = datetime.timedelta(days=1)


class Root:
    """Writes its certificate into a file of the folder, for those who are to trust it."""

    def __init__(self, folder, name):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self._folder, self._name = folder, name
        is_ca = x509.BasicConstraints(ca=True, path_length=None)
        self.file = self._write("root.pem", self._signed(self._subject, self._key.public_key(), is_ca))

    def context(self, address):
        """For a server at this IP address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
        )
        file = self._write(f"{address}.pem", self._signed(subject, key.public_key(), names), secret)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, subject, key, extension):
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = x509.CertificateBuilder(self._subject, subject, key, x509.random_serial_number(), now - _DAY, now + _DAY)
        return certificate.add_extension(extension, critical=True).sign(self._key, hashes.SHA256())

    def _write(self, name, certificate, secret=b""):
        file = self._folder / f"{self._name}-{name}"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
        return str(file)
