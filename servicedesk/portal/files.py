"""Files that customers send and fetch."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.conversation import File
from workflow.refusals import Refusal

MOST_FILES = 10
LARGEST_FILE = 10_000_000


class FilesTooBig(Refusal):
    """More or bigger files than one message takes."""

    code = "files_too_big"


def files_sent(request: HttpRequest, *, name: str = "files") -> list[File]:
    """Return the files of a form.

    Raises:
        FilesTooBig: more than 10, or one of more than 10 MB.
    """
    sent: list[UploadedFile] = request.FILES.getlist(name)
    if len(sent) > MOST_FILES or any((file.size or 0) > LARGEST_FILE for file in sent):
        raise FilesTooBig(
            _("A message takes 10 files of at most 10 MB each."),
            next_step=_("Leave some out, or send them in a second message."),
        )
    return [
        File(
            name=file.name or _("file"),
            content_type=file.content_type or "application/octet-stream",
            content=file.read(),
        )
        for file in sent
    ]
