"""An SMTP server on loopback for tests: scripts/smtp_server.py PORT STARTTLS_PORT TLS_PORT CERTIFICATES FOLDER

The first port speaks plain SMTP, the second asks for STARTTLS before anything else, the third is TLS from its first
byte, with CERTIFICATES/server.crt and server.key. Says when it is ready, then keeps each message as FOLDER/<n>.eml. Recipients decide what happens:
busy@… gets 451, unknown@… 550, cut@… the connection is dropped after the message has been taken.
AUTH is asked for and accepted for the name `escalation` with the password `secret`.
"""
import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

plain, starttls, implicit = (int(port) for port in sys.argv[1:4])
certificates = pathlib.Path(sys.argv[4])
folder = pathlib.Path(sys.argv[5])
folder.mkdir(parents=True, exist_ok=True)


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("busy@"):
            return "451 try again later"
        if address.startswith("unknown@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        # Ready when it is there at all: a reader finds no half of it.
        part = folder.with_name(f"{folder.name}.{Handler.count}")
        part.write_bytes(envelope.content)
        part.rename(folder / f"{Handler.count}.eml")
        if any(address.startswith("cut@") for address in envelope.rcpt_tos):
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"escalation", b"secret")
    # "Not handled" has the server say so itself.
    return AuthResult(success=known, handled=False)


def listen(port, **settings):
    Controller(
        Handler(), hostname="127.0.0.1", port=port, authenticator=authenticate, auth_required=True, **settings
    ).start()


tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(certificates / "server.crt", certificates / "server.key")
listen(plain, auth_require_tls=False)
listen(starttls, tls_context=tls, require_starttls=True)
# The connection is encrypted before aiosmtpd sees it, so that it does not know.
listen(implicit, ssl_context=tls, auth_require_tls=False)
print("ready", flush=True)
asyncio.new_event_loop().run_forever()
