"""What happened at Acme Fiber: four problems, and what customers write beside them."""

from servicedesk.demo.stories import Act, Step, Story

EVENINGS = (
    "Every evening at eight my Fiber 500 gets so slow that films stop. In the morning all is fine.",
    "Since last week the line drops in the evening. I have restarted the router ten times.",
    "Fiber 500, evening: 3 Mbit/s instead of 500. I pay for 500.",
    "Video calls break off after dinner time, the whole street has it.",
    "Is there a fault in Lindenstraße? No net from 19:30 on, again.",
    "My children cannot do anything online after seven, it has been five days now.",
)
ROUTER = (
    "After last night's update the Router R2 loses the Wi-Fi every hour.",
    "R2: Wi-Fi gone, the lamp blinks blue, comes back after ten minutes. Started on Tuesday.",
    "My laptop cannot see the Wi-Fi of the new router any more, by cable it works.",
    "Router R2 restarts by itself several times a day since the update.",
    "The Wi-Fi name disappears and comes back. Very annoying, I work at home.",
)
BILLS = (
    "My bill shows the old price although I changed to Fiber 1000 in September.",
    "You charge 49.90, we agreed on 39.90 for a year. Please correct the invoice.",
    "The discount for the first months is missing on the invoice.",
)
PARCELS = (
    "The parcel with my new router has been in the depot for eight days.",
    "Where is my TV box? The tracking has not moved since last Friday.",
    "Router ordered two weeks ago, the parcel service says: waiting for papers.",
    "Tracking says my TV box is stuck in the depot, can you send another one?",
)
LOOSE = (
    (
        "Change my address",
        "I move to Bremen on 1 December. Can I take Fiber 500 with me?",
        "Fiber 500",
    ),
    ("Second TV box", "How much is a second TV box for the bedroom?", "TV box"),
    ("Static address", "Do I get a fixed IP address with Fiber 1000?", "Fiber 1000"),
    (
        "Evening again",
        "No films possible in the evening, the line is slow after eight.",
        "Fiber 500",
    ),
    ("Wi-Fi disappears", "The Wi-Fi of my R2 router disappears since the update.", "Router R2"),
    ("Price on the bill", "The invoice shows the old price again.", ""),
    ("Remote control", "The remote control of the TV box does not react any more.", "TV box"),
    ("Parcel in the depot", "My router parcel is still in the depot.", "Router R2"),
    ("Password of the portal", "I forgot my password and the link does not come.", ""),
    ("Thank you", "The technician was friendly and quick. Thank you!", "Fiber 1000"),
    ("Cancel the contract", "I would like to end my contract at the end of the year.", "Fiber 500"),
    ("Faster line", "When is Fiber 1000 available in Hafenweg?", "Fiber 1000"),
)

ACME_STORIES = (
    Story(
        key="parcels",
        title="Parcels with devices are stuck in the depot",
        statement="Routers and TV boxes wait in the depot of the parcel service because papers are"
        " missing.",
        category="delivery",
        product="TV box",
        texts=PARCELS,
        asks_first_answer=False,
        steps=(
            Step(14, "09:00", Act.CASES, count=3),
            Step(14, "11:30", Act.OPEN),
            Step(14, "11:31", Act.ROUTE),
            Step(14, "13:30", Act.ACCEPT),
            Step(14, "14:10", Act.EVIDENCE, "Photographs of the depot: 87 parcels on one pallet, all"
                 " with the new label."),
            Step(14, "14:15", Act.STEP, to="ask_carrier"),
            Step(13, "09:20", Act.STEP, "Their customs desk sends back every label without an office"
                 " number.", to="carrier_answered"),
            Step(13, "09:40", Act.ESTIMATE, count=4),
            Step(13, "10:00", Act.CAUSE, "The new labels lack the number of the customs office.",
                 "Our labels were incomplete."),
            Step(12, "15:00", Act.FIX, "Labels printed anew; 87 parcels released."),
            Step(11, "09:30", Act.CASES, count=1),
            Step(10, "10:30", Act.RESOLVE, "Your parcel has left the depot and arrives within two"
                 " days. Labels of new parcels are complete."),
            Step(9, "09:00", Act.CONFIRM, count=2),
            Step(9, "10:00", Act.PUBLISH),
            Step(8, "16:00", Act.CLOSE),
        ),
    ),
    Story(
        key="evenings",
        title="Fiber 500 is slow or gone in the evening",
        statement="In the west of the town the net is slow or gone from about 19:30 to 23:00.",
        category="network",
        product="Fiber 500",
        texts=EVENINGS,
        severity=2,
        steps=(
            Step(7, "08:20", Act.CASES, count=4),
            Step(7, "10:30", Act.OPEN),
            Step(7, "10:31", Act.ROUTE),
            Step(7, "12:00", Act.ACCEPT),
            Step(6, "09:40", Act.HAND_OVER, "The lines measure well from here. Somebody has to look"
                 " at the cabinet in Lindenstraße.", to="Field service"),
            Step(6, "15:20", Act.REFUSE, "Cabinet and sockets are fine: the fault is in the net, at"
                 " full load.", to="Network operations"),
            Step(6, "16:30", Act.ACCEPT),
            Step(5, "11:00", Act.CASES, count=2),
            Step(5, "14:30", Act.CAUSE, "One of two links of the west ring is down, the other one is"
                 " full at 19:30.", "One of the two lines to your quarter is broken."),
            Step(5, "15:00", Act.ESTIMATE, count=5),
            Step(3, "10:10", Act.WORKAROUND, "Films run if you set the quality to HD instead of 4K"
                 " in the evening."),
            Step(2, "13:20", Act.ESTIMATE, "The part for the link comes a day later.", count=3),
        ),
    ),
    Story(
        key="router-update",
        title="Router R2 loses the Wi-Fi after the update",
        statement="Since update 4.2 the R2 restarts or hides its Wi-Fi several times a day.",
        category="devices",
        product="Router R2",
        texts=ROUTER,
        steps=(
            Step(6, "09:15", Act.CASES, count=3),
            Step(6, "12:00", Act.OPEN),
            Step(6, "12:01", Act.ROUTE),
            Step(6, "14:20", Act.ACCEPT),
            Step(5, "09:10", Act.CASES, count=2),
            Step(5, "15:30", Act.EVIDENCE, "Test router with 24 devices: memory full after 50 minutes,"
                 " radio off."),
            Step(5, "15:35", Act.STEP, to="seen"),
            Step(4, "11:10", Act.ESTIMATE, count=6),
            Step(4, "11:30", Act.CAUSE, "Update 4.2 runs out of memory with more than 20 devices.",
                 "The last update of the router has a fault."),
            Step(2, "14:00", Act.STEP, to="repaired"),
            Step(1, "15:10", Act.STEP, to="release", public="Update 4.2.1 frees the memory; 500 test"
                 " routers ran two days without a fault."),
        ),
    ),
    Story(
        key="old-prices",
        title="Invoices show the old price",
        statement="Customers who changed their contract in autumn are billed the old price.",
        category="billing",
        product="Fiber 1000",
        texts=BILLS,
        steps=(
            Step(1, "08:40", Act.CASES, count=3),
            Step(1, "11:20", Act.OPEN),
            Step(1, "11:21", Act.ROUTE),
        ),
    ),
)  # fmt: skip
