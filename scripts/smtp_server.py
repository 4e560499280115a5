"""An SMTP server on loopback for tests: scripts/smtp_server.py PORT FOLDER

Says when it is ready, then keeps each message as FOLDER/<n>.eml. Recipients decide what happens:
busy@… gets 451, unknown@… 550, cut@… the connection is dropped after the message has been taken.
AUTH is asked for and accepted for the name `escalation` with the password `secret`.
"""
import asyncio
import pathlib
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

folder = pathlib.Path(sys.argv[2])
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
        (folder / f"{Handler.count}.eml").write_bytes(envelope.content)
        if any(address.startswith("cut@") for address in envelope.rcpt_tos):
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"escalation", b"secret")
    # "Not handled" has the server say so itself.
    return AuthResult(success=known, handled=False)


controller = Controller(
    Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), authenticator=authenticate, auth_required=True, auth_require_tls=False
)
controller.start()
print("ready", flush=True)
asyncio.new_event_loop().run_forever()
