"""The control: mail that is sent by a plain task after the commit, with nothing that remembers it."""

import os
import smtplib
from email.message import EmailMessage

from celery import Celery

app = Celery("naive", broker=os.environ.get("NAIVE_BROKER", "memory://"))
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)


@app.task(name="naive.send")
def send(mail_id: str) -> None:
    """Send one mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "Told"
    mail["Message-ID"] = f"<{mail_id}>"
    host, port = os.environ["NAIVE_SMTP"].rsplit(":", 1)
    with smtplib.SMTP(host, int(port), timeout=10) as server:
        server.send_message(mail)
