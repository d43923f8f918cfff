# ruff: noqa: RUF001  # letters of many scripts are the point here
"""What a sender wrote now is told apart from history and signature."""

import time

import pytest

from cases.intake.quoting import MOST_LINES, Split, parts_of_folded, split_quoted
from servicedesk.mail.html_text import html_to_text
from tests.mail.true_mails import FOLDER

WROTE_IN_MANY_LANGUAGES = {
    "English": "On Tue, Apr 3, 2012 at 4:19 PM, Ada Lovelace <ada@example.com> wrote:",
    "English, day first": "On 3 Apr 2012, at 16:19, Ada Lovelace wrote:",
    "German": "Am 03.04.2012 um 16:19 schrieb Ada Lovelace <ada@example.com>:",
    "German, Outlook": "Am Di., 3. Apr. 2012 um 16:19 Uhr schrieb Ada Lovelace:",
    "French": "Le mar. 3 avr. 2012 à 16:19, Ada Lovelace <ada@example.com> a écrit :",
    "Spanish": "El mar, 3 abr 2012 a las 16:19, Ada Lovelace (<ada@example.com>) escribió:",
    "Italian": "Il giorno mar 3 apr 2012 alle ore 16:19 Ada Lovelace <ada@example.com> ha scritto:",
    "Portuguese": "Em ter., 3 de abr. de 2012 às 16:19, Ada Lovelace <ada@example.com> escreveu:",
    "Dutch": "Op di 3 apr. 2012 om 16:19 schreef Ada Lovelace <ada@example.com>:",
    "Swedish": "Den tis 3 apr. 2012 kl 16:19 skrev Ada Lovelace <ada@example.com>:",
    "Danish": "Den 3. apr. 2012 kl. 16.19 skrev Ada Lovelace <ada@example.com>:",
    "Norwegian": "tir. 3. apr. 2012 kl. 16:19 skrev Ada Lovelace <ada@example.com>:",
    "Finnish": "ti 3. huhtik. 2012 klo 16.19 Ada Lovelace (ada@example.com) kirjoitti:",
    "Polish": "wt., 3 kwi 2012 o 16:19 Ada Lovelace <ada@example.com> napisał(a):",
    "Czech": "út 3. 4. 2012 v 16:19 odesílatel Ada Lovelace <ada@example.com> napsal:",
    "Slovak": "ut 3. 4. 2012 o 16:19 Ada Lovelace <ada@example.com> napísal(a):",
    "Hungarian": "Ada Lovelace <ada@example.com> ezt írta (időpont: 2012. ápr. 3., K, 16:19):",
    "Romanian": "În mar., 3 apr. 2012 la 16:19, Ada Lovelace <ada@example.com> a scris:",
    "Russian": "вт, 3 апр. 2012 г. в 16:19, Ada Lovelace <ada@example.com>:\n",
    "Russian, wrote": "3 апреля 2012 г., 16:19 пользователь Ada <ada@example.com> написал:",
    "Ukrainian": "вт, 3 квіт. 2012 р. о 16:19 Ada Lovelace <ada@example.com> пише:",
    "Greek": "Στις Τρί 3 Απρ 2012 στις 4:19 μ.μ., ο χρήστης Ada <ada@example.com> έγραψε:",
    "Turkish": "Ada Lovelace <ada@example.com>, 3 Nis 2012 Sal, 16:19 tarihinde şunu yazdı:",
    "Japanese": "2012年4月3日(火) 16:19 Ada Lovelace <ada@example.com>のメール:",
    "Chinese": "Ada Lovelace <ada@example.com> 于2012年4月3日周二 16:19写道：",
    "Korean": "2012년 4월 3일 (화) 오후 4:19, Ada Lovelace <ada@example.com>님이 작성:",
    "Vietnamese": "Vào Th 3, 3 thg 4, 2012 vào lúc 16:19 Ada <ada@example.com> đã viết:",
    "Indonesian": "Pada tanggal Sel, 3 Apr 2012 16:19, Ada Lovelace <ada@example.com> menulis:",
}  # fmt: skip

HEADERS_IN_MANY_LANGUAGES = {
    "English": "From: Ada <ada@example.com>\nSent: Tuesday, April 3, 2012 4:19 PM\nTo: Help\nSubject: Card",
    "English, bold": "*From:* Ada <ada@example.com>\n*Sent:* Tuesday, 3 April\n*To:* Help\n*Subject:* Card",
    "German": "Von: Ada <ada@example.com>\nGesendet: Dienstag, 3. April 2012 16:19\nAn: Hilfe\nBetreff: Karte",
    "French": "De : Ada <ada@example.com>\nEnvoyé : mardi 3 avril 2012 16:19\nÀ : Aide\nObjet : Carte",
    "Spanish": "De: Ada <ada@example.com>\nEnviado el: martes, 3 de abril de 2012\nPara: Ayuda\nAsunto: Tarjeta",
    "Italian": "Da: Ada <ada@example.com>\nInviato: martedì 3 aprile 2012\nA: Aiuto\nOggetto: Carta",
    "Portuguese": "De: Ada <ada@example.com>\nEnviada em: terça-feira, 3 de abril\nPara: Ajuda\nAssunto: Cartão",
    "Dutch": "Van: Ada <ada@example.com>\nVerzonden: dinsdag 3 april 2012\nAan: Hulp\nOnderwerp: Kaart",
    "Swedish": "Från: Ada <ada@example.com>\nSkickat: den 3 april 2012\nTill: Hjälp\nÄmne: Kort",
    "Danish": "Fra: Ada <ada@example.com>\nSendt: 3. april 2012\nTil: Hjælp\nEmne: Kort",
    "Finnish": "Lähettäjä: Ada <ada@example.com>\nLähetetty: 3. huhtikuuta\nVastaanottaja: Apu\nAihe: Kortti",
    "Polish": "Od: Ada <ada@example.com>\nWysłano: wtorek, 3 kwietnia\nDo: Pomoc\nTemat: Karta",
    "Czech": "Od: Ada <ada@example.com>\nOdesláno: úterý 3. dubna\nKomu: Pomoc\nPředmět: Karta",
    "Russian": "От: Ada <ada@example.com>\nОтправлено: 3 апреля 2012 г.\nКому: Help\nТема: Карта",
    "Japanese": "差出人: Ada <ada@example.com>\n送信日時: 2012年4月3日\n宛先: Help\n件名: カード",
    "Chinese": "发件人: Ada <ada@example.com>\n发送时间: 2012年4月3日\n收件人: Help\n主题: 卡",
    "Turkish": "Kimden: Ada <ada@example.com>\nTarih: 3 Nisan 2012\nKime: Yardım\nKonu: Kart",
}  # fmt: skip

PHONES = (
    "Sent from my iPhone", "Get Outlook for iOS<https://aka.example/o0ukef>", "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone", "Enviado desde mi iPhone", "Inviato da iPhone", "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone", "Sendt fra min iPhone", "Lähetetty iPhonesta", "Wysłane z iPhone'a",
    "Отправлено с iPhone", "iPhoneから送信", "发自我的iPhone", "Sent from Yahoo Mail on Android",
    "Gesendet mit der GMX Mail App", "Sent from Mail for Windows", "Enviado do meu iPhone",
)  # fmt: skip


@pytest.mark.parametrize("language", WROTE_IN_MANY_LANGUAGES)
def test_an_answer_above_the_history_is_cut_in_every_language(language):
    history = f"{WROTE_IN_MANY_LANGUAGES[language]}\n\n> My card is lost.\n> Please help."

    split = split_quoted(f"It works again.\n\n{history}\n")

    assert split.new.startswith("It works again.")
    assert "My card is lost" not in split.new
    assert "My card is lost" in split.quoted


@pytest.mark.parametrize("language", set(WROTE_IN_MANY_LANGUAGES) - {"Russian", "Hungarian"})
def test_history_without_marks_is_cut_too(language):
    split = split_quoted(f"Thanks!\n\n{WROTE_IN_MANY_LANGUAGES[language]}\n\nMy card is lost.\n")

    assert split == Split(
        new="Thanks!",
        quoted=f"\n\n{WROTE_IN_MANY_LANGUAGES[language]}\n\nMy card is lost.".strip("\n"),
    )


@pytest.mark.parametrize("language", HEADERS_IN_MANY_LANGUAGES)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----\n"])
def test_the_header_lines_of_outlook_begin_the_history(language, rule):
    history = f"{rule}{HEADERS_IN_MANY_LANGUAGES[language]}\n\nMy card is lost."

    split = split_quoted(f"It works again.\nAda\n\n{history}")

    assert split.new == "It works again.\nAda"
    assert split.quoted == history


@pytest.mark.parametrize("phone", PHONES)
def test_what_a_phone_adds_is_no_message(phone):
    split = split_quoted(f"My card is lost.\n\n{phone}\n")

    assert split == Split(new="My card is lost.", quoted=phone)


@pytest.mark.parametrize(
    "line",
    [
        "-----Original Message-----", "-------- Ursprüngliche Nachricht --------", "----- Mensaje original -----",
        "-------- Message d'origine --------", "---- Oorspronkelijk bericht ----", "-----原始邮件-----",
    ],
)  # fmt: skip
def test_a_line_that_announces_the_original_begins_the_history(line):
    split = split_quoted(f"Yes.\n\n{line}\nMy card is lost.")

    assert split == Split(new="Yes.", quoted=f"{line}\nMy card is lost.")


@pytest.mark.parametrize("dashes", ["-- ", "--"])
def test_a_signature_is_folded(dashes):
    split = split_quoted(f"My card is lost.\n\n{dashes}\nAda Lovelace\nAnalytical Engines Ltd.")

    assert split.new == "My card is lost."
    assert split.quoted.endswith("Ada Lovelace\nAnalytical Engines Ltd.")


def test_an_attribution_over_three_lines_is_found():
    wrapped = "On Tuesday, April 3, 2012 at 4:19 PM, Ada Lovelace\n<ada.lovelace@engines.example.com>\nwrote:"

    split = split_quoted(f"Yes.\n\n{wrapped}\n\n> Is it fixed?")

    assert split == Split(new="Yes.", quoted=f"{wrapped}\n\n> Is it fixed?")


def test_an_answer_below_the_quotation_is_found():
    split = split_quoted("On 3 Apr 2012, Ada wrote:\n> Is it fixed?\n\nNo, it is not.")

    assert split == Split(new="No, it is not.", quoted="On 3 Apr 2012, Ada wrote:\n> Is it fixed?")


def test_answers_between_quoted_lines_stay_with_what_they_answer():
    text = "On 3 Apr 2012, Ada wrote:\n> Is it fixed?\nNo.\n> Since when?\nSince Monday."

    assert split_quoted(text) == Split(new=text)


def test_a_mail_that_is_all_quotation_stays_whole():
    text = "> My card is lost.\n> Please help."

    assert split_quoted(text) == Split(new=text)


def test_a_forwarded_mail_stays_whole_since_the_history_is_its_matter():
    history = HEADERS_IN_MANY_LANGUAGES["German"]
    text = f"Please see below.\n\n{history}\n\nMy card is lost."

    assert split_quoted(text, subject="WG: Karte") == Split(new=text)
    assert split_quoted(text, subject="AW: Karte").new == "Please see below."


@pytest.mark.parametrize(
    "text",
    [
        "Your colleague wrote: this is fixed.\nIt is not.",
        "I wrote to you on Monday. The screen says:\nerror 2012",
        "To: whom it may concern\nMy card is lost.",
        "From: Berlin\nTo: Hamburg\nThe train never came.",
        "The parcel was sent via DHL on Monday.\nIt never came.",
        "I sent from Berlin a letter.",
        "Steps:\n- one\n- two\n--verbose is what I typed",
        "a > b is wrong in your report\nSee page 3.",
    ],
)
def test_words_that_only_look_like_history_stay(text):
    assert split_quoted(text) == Split(new=text)


@pytest.mark.parametrize(
    "name",
    [
        "html_replies__hotmail.html",
        "html_replies__ms_outlook_2003.html",
        "html_replies__ms_outlook_2007.html",
    ],
)
def test_html_replies_of_real_programs_are_cut(name):
    html = (FOLDER / "talon" / name).read_text(encoding="utf-8")

    split = split_quoted(html_to_text(html))

    assert [line for line in split.new.split("\n") if line] == ["Hi. I am fine.", "Thanks,", "Alex"]
    assert "Hello! How are you?" in split.quoted


def test_an_html_reply_with_a_copied_header_is_cut():
    outlook = (FOLDER / "talon" / "html_replies__ms_outlook_2010.html").read_text(encoding="utf-8")
    ruled = (FOLDER / "talon" / "reply-separated-by-hr.html").read_text(encoding="utf-8")
    marked = (FOLDER / "talon" / "OLK_SRC_BODY_SECTION.html").read_text(encoding="utf-8")

    assert "Hello! How are you?" in split_quoted(html_to_text(outlook)).quoted
    assert split_quoted(html_to_text(ruled)).new == "Hi\nthere\nBob"
    assert split_quoted(html_to_text(marked)).new == "Reply"


def test_a_newsgroup_answer_is_found_below_its_quotation():
    marked = (FOLDER / "talon" / "signature__emails__P__102682_R_S").read_text(encoding="utf-8")
    body = marked.partition("\n\n")[2].replace("#reply#", "").replace("#sig# ", "")

    split = split_quoted(body)

    assert split.new.startswith("I like the xxx a lot, but my heart belongs to the xxx")
    assert "Yes, I also wonder if they can win" in split.quoted


@pytest.mark.parametrize("name", ["long_body", "short_url_body", "jeff_body"])
def test_a_text_without_marks_stays_whole(name):
    text = (FOLDER / "talon" / f"signature__emails__stripped__{name}").read_text(encoding="utf-8")

    split = split_quoted(text)

    assert split.new.startswith(text.split("\n", maxsplit=1)[0])
    assert split.quoted in ("", "via mobile")


HOSTILE = {
    "attributions": "On 1 May 2024 a@b.example wrote:\n> x\n" * 2_500 + "end",
    "verbs": ("wrote " * 60 + "\n") * 3_000,
    "labels": "From: x\n" * 5_000,
    "marks": (">" * 200 + "\n") * 5_000,
    "rules": ("-" * 200 + "\n") * 5_000,
    "spaces": (" " * 200 + "\n") * 5_000,
    "stars": ("*" * 20 + "x:" * 90 + "\n") * 5_000,
    "one line": "On 1 May wrote " * 66_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_longer_than_its_length(name):
    began = time.process_time()
    split = split_quoted(HOSTILE[name])

    assert time.process_time() - began < 4.0
    lines = (split.new + "\n" + split.quoted).split("\n")
    assert sum(bool(line.strip()) for line in lines) == sum(
        bool(line.strip()) for line in HOSTILE[name].split("\n")
    )


def test_nothing_is_lost_beyond_the_lines_that_are_looked_at():
    text = "x\n" * (MOST_LINES + 10) + "the end"

    assert split_quoted(text).new.endswith("the end")


# ---- signature and history, folded each for itself -------------------------------------------

THREADS = {
    "German": (
        (
            "Leider wieder nicht.\n\n-- \nIngrid Solheim\nOslo\n\n"
            "Am 03.04.2012 um 16:19 schrieb Kundendienst <hilfe@bank.example>:\n"
            "> Geht es jetzt?\n>\n> Am 02.04.2012 um 09:00 schrieb Ingrid Solheim:\n>> Die Karte geht nicht.\n"
        ),
        "Leider wieder nicht.",
        "-- \nIngrid Solheim\nOslo",
        "Am 03.04.2012",
    ),
    "French": (
        (
            "Toujours rien.\n\nEnvoyé de mon iPhone\n\n"
            "Le mar. 3 avr. 2012 à 16:19, Service client <aide@banque.example> a écrit :\n"
            "> Et maintenant ?\n>\n> Le lun. 2 avr. 2012 à 09:00, Ingrid Solheim a écrit :\n>> Ma carte.\n"
        ),
        "Toujours rien.",
        "Envoyé de mon iPhone",
        "Le mar. 3 avr. 2012",
    ),
    "German, Outlook": (
        (
            "Danke, das hilft.\n\n-- \nIngrid Solheim\n\n"
            "Von: Kundendienst <hilfe@bank.example>\nGesendet: Dienstag, 3. April 2012 16:19\n"
            "An: Ingrid Solheim\nBetreff: AW: Karte\n\nGeht es jetzt?\n\n"
            "Von: Ingrid Solheim\nGesendet: Montag, 2. April 2012 09:00\nAn: hilfe@bank.example\n"
            "Betreff: Karte\n\nDie Karte geht nicht.\n"
        ),
        "Danke, das hilft.",
        "-- \nIngrid Solheim",
        "Von: Kundendienst",
    ),
}


@pytest.mark.parametrize("language", THREADS)
def test_a_thread_of_several_mails_is_folded_apart_from_the_signature(language):
    text, new, signature, history_begins = THREADS[language]

    split = split_quoted(text)
    folded = parts_of_folded(split.quoted)

    assert split.new == new
    assert folded.signature == signature
    assert folded.history.startswith(history_begins)
    for line in text.splitlines():
        assert line.strip() in f"{new}\n{folded.signature}\n{folded.history}"


def test_a_signature_alone_is_no_history_and_history_alone_no_signature():
    signed = parts_of_folded("-- \nIngrid Solheim")
    quoted = parts_of_folded("On 3 Apr 2012, at 16:19, Ada Lovelace wrote:\n> Hello")

    assert (signed.signature, signed.history) == ("-- \nIngrid Solheim", "")
    assert (quoted.signature, bool(quoted.history)) == ("", True)
    assert parts_of_folded("") == parts_of_folded("\n")


def test_very_long_history_is_folded_in_time():
    quoted = "-- \nIngrid\n" + "> line\n" * 200_000

    began = time.monotonic()
    folded = parts_of_folded(quoted)

    assert time.monotonic() - began < 1
    assert len(folded.history) + len(folded.signature) >= 1_400_000
