"""The mail that a text comes in: greeting, signature, disclaimer, quoted reply, as people send it.

Twenty ways, written for measuring; none is taken from a mail that somebody sent.
"""

import random

TEXT = "{text}"
WAYS = (
    "Hi there,\n\n{text}\n\nKind regards,\nSarah Whitfield",
    (
        "Dear Sir or Madam,\n\n{text}\n\nI look forward to hearing from you.\n\nYours faithfully,\n"
        "Dr. Martin Aldous\n14 Orchard Lane, Leeds LS6 2QT\nTel. +44 113 496 0182"
    ),
    (
        "Hello team,\n\n{text}\n\nThanks in advance!\nTom\n\n--\nTom Berger | Head of Purchasing\n"
        "Berger & Sons Ltd | www.berger-sons.example\nT: +49 30 901820 | M: +49 171 5550182"
    ),
    "{text}\n\nSent from my iPhone",
    "{text}\n\nGet Outlook for Android",
    (
        "Good morning,\n\n{text}\n\nBest wishes\nPriya Raman\n\n"
        "This e-mail and any attachments are confidential and intended solely for the addressee. If you"
        " have received this message in error, please notify the sender and delete it from your system."
        " Any unauthorised copying or distribution is strictly forbidden."
    ),
    (
        "Hi,\n\n{text}\n\nRegards,\nOlu\n\nOn Tue, 3 Nov 2026 at 09:14, Customer Service"
        " <service@shop.example> wrote:\n> Dear customer,\n> thank you for your message. We have received"
        " your request about your order\n> and will come back to you within two working days.\n>\n"
        "> Your customer service"
    ),
    (
        "{text}\n\nThank you\nGreta Nyholm\n\n-----Original Message-----\nFrom: Service Desk"
        " <help@firm.example>\nSent: Monday, November 2, 2026 4:41 PM\nTo: Greta Nyholm\n"
        "Subject: Your opinion matters\n\nDear Greta,\nhow satisfied were you with our service? Please"
        " take two minutes for our survey.\n"
    ),
    (
        "Dear customer care team,\n\nI hope this message finds you well.\n\n{text}\n\nWarm regards,\n\n"
        "Amelia Okonkwo\nOffice Manager\nNorthgate Dental Practice\n\n"
        "Please consider the environment before printing this e-mail."
    ),
    "Hey,\n{text}\nCheers, Dan",
    (
        "To whom it may concern,\n\n{text}\n\nSincerely,\nRobert J. Callahan\nAccount no. 4471 0092 8135\n"
        "Customer since 2011"
    ),
    (
        "Hello,\n\n{text}\n\nMany thanks and have a nice day,\nElena\n\n__________\nElena Petrova\n"
        "Marketing Coordinator\nFollow us on LinkedIn | Instagram | Facebook\n"
        "[cid:image001.png@01DA5C1F.7B2E3A40]"
    ),
    (
        "Hi support,\n\n{text}\n\nBR,\nMika\n\nFrom: Support <support@service.example>\n"
        "Date: Friday, 30 October 2026 at 11.02\nTo: Mika Laine <mika@laine.example>\n"
        "Subject: Re: Invoice\n\nHi Mika, please find the invoice attached. Let us know if there is"
        " anything else.\n"
    ),
    (
        "Good afternoon\n\n{text}\n\nthx\n\n*Jean-Luc Moreau*\n*Responsable logistique*\n"
        "12 rue des Tilleuls, 69003 Lyon\n+33 4 72 55 01 82"
    ),
    (
        "Hallo zusammen,\n\n{text}\n\nMit freundlichen Grüßen\nAnnika Vogt\n\nVogt Elektrotechnik GmbH\n"
        "Geschäftsführer: Karl Vogt, Sitz der Gesellschaft: Kassel, HRB 18201"
    ),
    (
        "Hi again,\n\n{text}\n\nBest,\nKen\n\n> On 1 Nov 2026, at 18:20, Service <care@shop.example> wrote:"
        "\n> \n> Hi Ken,\n> your parcel left our warehouse today. You can follow it online.\n> \n"
        "> All the best\n> Your shop"
    ),
    (
        "{text}\n\nPlease reply to this address.\n\nS. Haddad\n\nDISCLAIMER: The information in this"
        " message may be privileged. The company accepts no liability for damage caused by any virus"
        " transmitted by this e-mail. Opinions are those of the author alone."
    ),
    (
        "Hello customer service,\n\nhope you are all having a good week!\n\n{text}\n\nLet me know if you"
        " need anything else from me.\n\nAll the best,\nHannah"
    ),
    (
        "[EXTERNAL] This message came from outside of the organisation. Do not click links unless you"
        " recognise the sender.\n\nHi,\n\n{text}\n\nKind regards\nLiam O'Shea\nFacilities\n"
        "Ext. 4182"
    ),
    (
        "Dear Ms Lindqvist,\n\nthank you for your quick answer last time.\n\n{text}\n\n"
        "Best regards / Mit besten Grüßen\nPaolo Ricci\n\nSent with Proton Mail secure email.\n\n"
        "On Thursday, October 29th, 2026 at 2:10 PM, Lindqvist <lindqvist@service.example> wrote:\n\n"
        "> Dear Mr Ricci, I have changed your address. Nothing else is needed from you."
    ),
)


def wrapped(text: str, chance: random.Random) -> str:
    """Return a text as a mail, in one of the ways by chance."""
    return chance.choice(WAYS).replace(TEXT, text)
