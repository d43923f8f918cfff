# ruff: noqa: RUF001  # letters of many scripts are the point here
"""What mail programs write around a message, in the languages of their users. Pure."""

import re

# What Outlook, Exchange and their kin write before the subject they answer.
RESPONDER_SUBJECTS = (
    "automatic reply:", "automatische antwort:", "réponse automatique :", "réponse automatique:",
    "respuesta automática:", "risposta automatica:", "resposta automática:", "automatisch antwoord:",
    "automatiskt svar:", "automatisk svar:", "automaattinen vastaus:", "odpowiedź automatyczna:",
    "automatická odpověď:", "automatikus válasz:", "автоматический ответ:", "otomatik yanıt:",
    "自動応答:", "自动答复:", "자동 회신:", "out of office:", "abwesenheitsnotiz:",
)  # fmt: skip

# What a service writes to somebody who registers, signs in or forgot a password there.
ENTRY_MAIL = re.compile(
    r"\b((verify|confirm|validate|activate) (your|this|the) (new )?(e-?mail|account|address|identity|sign-?up"
    r"|registration|subscription)|(verification|confirmation|security|sign-?in|log-?in|access|activation"
    r"|one-?time|authentication) (code|link|passcode|password|pin)\b|one-?time pass(word|code)|magic link"
    r"|(reset|change|recover) your password|password reset|complete your (registration|sign-?up)"
    r"|has invited you to (join|collaborate)|invited you to join|you('ve| have) been invited to"
    r"|bestätig\w* (sie )?(ihre?|deine?) (e-?mail|konto|anmeldung|registrierung|identität)"
    r"|bestätigungs(code|link)|sicherheitscode|anmeldecode|einmal(passwort|code)|passwort zurücksetzen"
    r"|confirme[rz] votre (adresse|e-?mail|compte|inscription)|code de (vérification|confirmation|sécurité|connexion)"
    r"|réinitialise[rz] (votre|le) mot de passe|código de (verificación|confirmación|seguridad|acceso)"
    r"|confirm[ae] (su|tu) (correo|cuenta)|restablecer (su|tu) contraseña)",
    re.IGNORECASE,
)

FORWARD = re.compile(r"(fwd?|wg|tr|rv|i|enc|doorst|vb|vl|pd|továbbítás|转发|轉寄|fw)\s?[:：]", re.I)

# The verb of "On Monday Ada wrote:", in the languages of mail programs, and what may follow it.
WROTE = re.compile(
    r"(wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|escribi[oó]|ha scritto|scrive|escreveu"
    r"|schreef|skrev|kirjoitti|napisał(?:\(a\)|a)?|napsala?(?:\(a\))?|napísala?(?:\(a\))?"
    r"|написала?(?:\(а\))?|пишет|пише|írta|a scris|έγραψε|yazdı|je napisa[ol]a?|va escriure"
    r"|rašė|kirjutas|rakstīja|đã viết|menulis|เขียนว่า|写道|寫道|のメール|は書きました|님이 작성|작성"
    r"|كتب|כתב|נכתב על ידי)"
    r"[^:：]{0,80}[:：]\s*$",
    re.IGNORECASE,
)
DATE = re.compile(r"\d{1,4}[./:年月-]\s?\d|\d{4}|\b\d{1,2}\s?(am|pm)\b", re.IGNORECASE)
ATTRIBUTION_START = re.compile(
    r"(on|am|le|el|il|em|op|den|dne|dňa|dnia|в|el dia|a|pe|στις|vào|pada|ב-?|في)\b|\d|[\"<]|.{0,60}(\d{4}|@)",
    re.IGNORECASE,
)
SEPARATOR = re.compile(
    r"[-_=*\s]{2,20}(original message|original appointment|ursprüngliche nachricht"
    r"|original-nachricht|message d'origine|message original|mensaje original|messaggio originale"
    r"|mensagem original|oorspronkelijk bericht|originalmeddelande|ursprungligt meddelande"
    r"|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna"
    r"|původní zpráva|исходное сообщение|eredeti üzenet|orijinal mesaj|原始邮件|原始郵件|元のメッセージ"
    r"|원본 메시지|reply above this line)[-_=*\s]{0,20}$",
    re.IGNORECASE,
)
# One label per kind of header line; a quoted mail shows three kinds close together.
LABELS = {
    "from": (
        "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "от", "від", "feladó",
        "kimden", "από", "expéditeur", "remitente", "mittente", "差出人", "发件人", "寄件者", "보낸 사람",
        "مِن", "من", "מאת", "từ", "dari", "จาก", "de la", "odesílatel",
    ),
    "sent": (
        "sent", "date", "gesendet", "datum", "envoyé", "fecha", "enviado", "enviado el", "enviada em",
        "data", "inviato", "verzonden", "skickat", "sendt", "dato", "lähetetty", "wysłano", "odesláno",
        "отправлено", "дата", "надіслано", "elküldve", "dátum", "gönderme tarihi", "tarih", "送信日時",
        "日時", "发送时间", "日期", "寄件日期", "보낸 날짜", "تاريخ", "נשלח", "trimis", "στάλθηκε", "ngày",
    ),
    "to": (
        "to", "an", "à", "para", "a", "aan", "till", "til", "vastaanottaja", "do", "komu", "кому",
        "címzett", "kime", "προς", "宛先", "收件人", "收件者", "받는 사람", "إلى", "אל", "către", "đến",
    ),
    "subject": (
        "subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne",
        "aihe", "temat", "předmět", "predmet", "тема", "tárgy", "konu", "θέμα", "件名", "主题", "主旨",
        "제목", "الموضوع", "נושא", "subiect", "chủ đề", "perihal",
    ),
}  # fmt: skip
KIND_OF_LABEL = {label: kind for kind, labels in LABELS.items() for label in labels}
LABEL = re.compile(r"[\s>*]{0,8}([^\d\s:：*][^:：*]{0,24}?)\s?\*{0,2}\s?[:：]")
SENT_FROM = re.compile(
    r"(sent from (my|mail|outlook|yahoo|samsung|proton|the all|a mobile|iphone|ipad|windows)\b"
    r"|sent via .{0,60}\b(app|service|messaging|mobile|phone|mail)\b|via mobile$|get outlook for "
    r"|sent with (sparrow|proton|spark|airmail|mailtrack)\b|von meinem .{2,30} gesendet"
    r"|gesendet (von|mit) (mein|outlook|yahoo|samsung|mail|der |unterwegs|windows|web)"
    r"|von unterwegs gesendet|diese nachricht wurde von mein|envoyé (de|depuis|à partir de) "
    r"(mon|outlook|yahoo|courrier|mail|ma)\b|obtenez outlook|enviado (des?de|do|da) (mi|meu|minha|outlook"
    r"|yahoo|correo|samsung)\b|inviato da(l mio| i| outlook| yahoo| posta)|verstuurd vanaf|verzonden vanaf"
    r"|skickat från (min|outlook|e-post)|sendt fra (min|outlook|e-post)|lähetetty (omasta|outlook|iphone)"
    r"|wysłan[eo] z (mo|iphone|program|outlook)|odesláno z|odoslané z|отправлено (с|из) |надіслано з "
    r"|iphone ?(から|에서)|发自我的|從我的|傳自我的|나의 .{1,20}에서|.{0,20}(den|dan) gönderildi|trimis de pe"
    r"|στάλθηκε από το|elküldve a|poslano iz)",
    re.IGNORECASE,
)
