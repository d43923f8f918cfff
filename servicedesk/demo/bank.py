"""What happened at the bank: twelve problems behind real messages, from solved to just found."""

from servicedesk.demo.banking77 import BankMessage
from servicedesk.demo.stories import Act, Step, Story


def bank_stories(messages: list[BankMessage]) -> tuple[Story, ...]:
    """Return the stories, the oldest first; the customers' words are the data set's."""

    def texts(category: str) -> list[str]:
        return [message.text for message in messages if message.category == category]

    return (
        Story(
            key="cards-late",
            title="New cards arrive more than two weeks late",
            statement="Cards ordered since the change of printer are not delivered in time. Customers"
            " wait more than two weeks and cannot track the envelope.",
            category="delivery",
            product="Card",
            texts=texts("card_arrival"),
            asks_first_answer=False,
            steps=(
                Step(20, "08:42", Act.CASES, count=4),
                Step(20, "11:30", Act.OPEN),
                Step(20, "11:31", Act.ROUTE),
                Step(20, "13:05", Act.ACCEPT),
                Step(19, "09:10", Act.CASES, count=3),
                Step(19, "14:20", Act.CAUSE, "The new printer hands letters over once a week, not"
                     " daily; the contract names no day.", "Our printer handed the letters to the"
                     " post too rarely."),
                Step(18, "10:00", Act.ESTIMATE, count=6),
                Step(15, "15:30", Act.FIX, "Daily hand-over agreed with the printer; the backlog of"
                     " 412 cards was sent by courier."),
                Step(13, "11:00", Act.RESOLVE, "All waiting cards were sent by courier, and letters"
                     " now go to the post every day. Your card is on its way; you can follow it in"
                     " the app under Cards."),
                Step(12, "09:30", Act.CONFIRM, count=4),
                Step(11, "10:15", Act.PUBLISH),
                Step(10, "14:00", Act.CLOSE),
            ),
        ),
        Story(
            key="debits-unknown",
            title="Direct debits that customers did not set up",
            statement="Customers see direct debits on their statement that they never agreed to. The"
            " mandates seem to come from an old file of a merchant.",
            category="payments",
            product="Direct debit",
            texts=texts("direct_debit_payment_not_recognised"),
            severity=2,
            asks_first_answer=False,
            steps=(
                Step(19, "08:20", Act.CASES, count=5),
                Step(19, "10:50", Act.OPEN),
                Step(19, "10:51", Act.ROUTE),
                Step(19, "11:40", Act.NOTE, "No sign of theft: every mandate belongs to one merchant"
                     " and was valid once."),
                Step(19, "15:10", Act.REFUSE, "Not fraud: the mandates are real, but were imported"
                     " twice. That is the collection run.", to="Payments platform"),
                Step(18, "09:15", Act.ACCEPT),
                Step(18, "10:00", Act.CASES, count=2),
                Step(18, "16:30", Act.EVIDENCE, "Collection run of 3 a.m.: 1,204 mandates carry the"
                     " same reference twice."),
                Step(17, "13:45", Act.CAUSE, "A retry of the nightly import created cancelled"
                     " mandates anew.", "Mandates that had ended were switched on again by our"
                     " nightly import."),
                Step(17, "14:10", Act.WORKAROUND, "You can end the direct debit yourself in the app"
                     " under Payments, Mandates; the amount is paid back within a day."),
                Step(16, "11:00", Act.FIX, "Import skips mandates with an end date."),
                Step(15, "09:40", Act.WANTING, "Two merchants deliver the end date in another field;"
                     " 31 mandates came back in the last run."),
                Step(14, "15:00", Act.FIX, "Import reads both fields; a check compares the number of"
                     " active mandates before and after."),
                Step(12, "10:30", Act.RESOLVE, "The direct debits that you did not set up are"
                     " switched off, and every amount was paid back. It will not happen again: our"
                     " import now recognises mandates that have ended."),
                Step(11, "11:20", Act.CONFIRM, count=3),
                Step(11, "16:00", Act.PUBLISH),
            ),
        ),
        Story(
            key="charged-twice",
            title="Card payments are charged twice",
            statement="One purchase appears two or more times on the statement. All of the copies were"
            " booked within the same minute.",
            category="payments",
            product="Card",
            texts=texts("transaction_charged_twice"),
            severity=2,
            asks_first_answer=False,
            steps=(
                Step(13, "08:55", Act.CASES, count=5),
                Step(13, "11:45", Act.OPEN),
                Step(13, "11:46", Act.ROUTE),
                Step(13, "14:30", Act.ACCEPT),
                Step(12, "09:05", Act.CASES, count=3),
                Step(12, "15:20", Act.HAND_OVER, "The terminal sends once; the copies are made by the"
                     " release of Tuesday. You have to look at the queue.", to="Release & change"),
                Step(11, "10:10", Act.ACCEPT),
                Step(10, "11:30", Act.CAUSE, "Release 24.3 acknowledges a booking after the time-out"
                     " of the sender, which sends again.", "A change of our software booked some"
                     " payments a second time."),
                Step(9, "14:00", Act.FIX, "Time-out raised, and the booking refuses a reference that"
                     " it knows. Release 24.3.1."),
                Step(7, "13:10", Act.RESOLVE, "Every amount that was charged twice is back on your"
                     " account. The fault in our software is mended since Monday's release."),
                Step(6, "09:50", Act.CONFIRM, count=2),
                Step(6, "11:00", Act.PUBLISH),
                Step(2, "12:40", Act.COME_BACK, "I still see one of the two charges from the petrol"
                     " station. Please look again."),
            ),
        ),
        Story(
            key="refund-missing",
            title="Refunds do not show up on the statement",
            statement="Merchants have sent refunds days ago; customers do not see them. They wait in a"
            " list that nobody empties.",
            category="payments",
            product="Card",
            texts=texts("Refund_not_showing_up"),
            asks_first_answer=False,
            steps=(
                Step(12, "09:20", Act.CASES, count=4),
                Step(12, "12:00", Act.OPEN),
                Step(12, "12:01", Act.ROUTE),
                Step(12, "13:50", Act.ACCEPT),
                Step(11, "10:40", Act.CAUSE, "Refunds without the original reference go to a list for"
                     " review; the job that reads it was switched off.", "Some refunds waited for a"
                     " check that did not run."),
                Step(10, "09:30", Act.FIX, "Job switched on again; 318 refunds booked."),
                Step(9, "10:00", Act.RESOLVE, "Your refund is booked. It waited for a check that did"
                     " not run; the check runs again each hour."),
                Step(1, "14:30", Act.REOPEN, "Three customers of yesterday wait for refunds again:"
                     " the list is growing."),
            ),
        ),
        Story(
            key="cash-declined",
            title="Cash withdrawals are declined for the newest cards",
            statement="Machines in the North decline cards of the series Chip 2026, although there is"
            " money on the account. Payments in shops work.",
            category="cash",
            product="Card",
            texts=texts("declined_cash_withdrawal"),
            severity=2,
            asks_first_answer=False,
            told_as_it_goes=True,
            steps=(
                Step(9, "08:10", Act.CASES, count=7),
                Step(9, "10:20", Act.OPEN),
                Step(9, "10:21", Act.ROUTE),
                Step(9, "11:05", Act.REACH, "North", to="Chip 2026", count=200),
                Step(9, "11:40", Act.ACCEPT),
                Step(9, "14:10", Act.WORKAROUND, "Pay with your card in shops, or take cash at one of"
                     " our own branches: both work. You need no new card."),
                Step(8, "10:00", Act.ESTIMATE, count=2),
                Step(7, "15:20", Act.ESTIMATE, "The maker of the machines delivers its part three days"
                     " later than promised.", count=4),
                Step(6, "11:00", Act.CAUSE, "Machines with release 7 read the new chip with the old"
                     " table of keys; every second one in the North has it.", "Some cash machines did"
                     " not know the chip of our newest cards."),
                Step(5, "09:30", Act.FIX, "Keys of the series are on 212 machines; 400 withdrawals"
                     " compared, none declined."),
                Step(4, "10:15", Act.RESOLVE, "Every cash machine knows your card again. You can"
                     " withdraw as usual; nothing has to be set."),
                Step(4, "13:10", Act.CONFIRM, count=3),
                Step(3, "09:40", Act.CASES, count=1),
                Step(2, "09:20", Act.COME_BACK, "Declined again this morning, at the machine in the"
                     " harbour. I stood there with forty people behind me."),
                Step(2, "10:30", Act.REOPEN, "Nine machines came back from service with the old table"
                     " of keys."),
                Step(2, "11:15", Act.ACCEPT),
                Step(2, "11:30", Act.ESTIMATE, "The nine machines get the keys tonight.", count=1),
                Step(2, "16:40", Act.FIX, "The service partner loads the table of keys before a"
                     " machine goes back; a check each night names those without."),
                Step(1, "10:10", Act.RESOLVE, "The machines that had lost the keys have them again,"
                     " and we check it every night. We are sorry that it came back."),
                Step(1, "14:30", Act.CONFIRM, count=4),
            ),
        ),
        Story(
            key="rates-wrong",
            title="Wrong exchange rate on card payments abroad",
            statement="Payments in another currency are booked with a rate that is up to 3 % worse than"
            " the one shown in the app.",
            category="exchange rates",
            product="Currency exchange",
            texts=texts("card_payment_wrong_exchange_rate"),
            steps=(
                Step(8, "09:10", Act.CASES, count=4),
                Step(8, "12:10", Act.OPEN),
                Step(8, "12:11", Act.ROUTE),
                Step(8, "14:15", Act.ACCEPT),
                Step(7, "08:30", Act.CASES, count=3),
                Step(7, "10:10", Act.WHY, "The first bookings of the day use the table of Friday.",
                     "Bookings before 6 a.m. carry its date."),
                Step(7, "11:20", Act.WHY, "The nightly table is loaded after 6 a.m.", "The log of the"
                     " loader says 6:12."),
                Step(7, "12:30", Act.WHY, "Nothing keeps bookings waiting until the table is there.",
                     "Read in the source."),
                Step(7, "13:00", Act.CAUSE, "The nightly table of rates is loaded after the first"
                     " bookings of the day; those take the table of Friday.", "Payments of the early"
                     " morning were booked with an older rate."),
                Step(7, "14:00", Act.WORKAROUND, "Payments after 9 a.m. have the right rate. What you"
                     " paid too much is paid back as soon as the fix is in place; you need not do"
                     " anything."),
                Step(6, "10:00", Act.ESTIMATE, count=6),
                Step(6, "10:30", Act.PUBLISH),
                Step(6, "15:00", Act.TASK, "List the payments with an older rate", "Since the"
                     " change of Friday two weeks ago; we need amount and difference.",
                     to="Card operations"),
                Step(6, "15:10", Act.TASK, "Say whether the regulator has to be told", "It depends on"
                     " the sum.", to="Fraud & security", count=1),
                Step(4, "10:40", Act.TASK_DONE, "1,318 payments, 2,940 in all; the list is with you."),
                Step(3, "15:20", Act.ESTIMATE, "The table of rates is also read by the mobile app;"
                     " both have to change on one day.", count=8),
                Step(3, "16:30", Act.CHANGE, "Bookings wait for the table of rates", "First the bank's"
                     " own cards, then all; we compare 500 bookings with the table.",
                     to="Release & change", count=6),
                Step(2, "11:05", Act.STEP, to="repaired"),
                Step(2, "11:10", Act.NOTE, "Test with the rates of four banks is running; 214 payments"
                     " to correct so far."),
            ),
        ),
        Story(
            key="top-up-fails",
            title="Top-ups fail without a reason",
            statement="Top-ups by card or transfer are refused although there is money. The app only"
            " says that it did not work.",
            category="payments",
            product="Top-up",
            texts=texts("top_up_failed"),
            steps=(
                Step(7, "08:05", Act.CASES, count=3),
                Step(7, "10:20", Act.OPEN),
                Step(7, "10:21", Act.ROUTE),
                Step(7, "11:00", Act.ACCEPT),
                Step(6, "09:00", Act.CASES, count=2),
                Step(6, "16:40", Act.CAUSE, "The provider refuses requests without the new field for"
                     " the country since Thursday.", "Our partner expects more data since last"
                     " week."),
                Step(4, "13:30", Act.ESTIMATE, count=3),
                Step(2, "15:45", Act.FIX, "The field is sent; the share of refused top-ups fell from"
                     " 18 % to 2 %."),
                Step(1, "10:30", Act.NOTE, "We watch until tomorrow evening before we say that it"
                     " holds."),
            ),
        ),
        Story(
            key="cash-pending",
            title="Cash withdrawals stay pending for days",
            statement="Withdrawals at machines of other banks stay pending long after the cash was"
            " given out.",
            category="cash",
            product="Cash withdrawal",
            texts=texts("pending_cash_withdrawal"),
            steps=(
                Step(6, "08:35", Act.CASES, count=5),
                Step(6, "11:55", Act.OPEN),
                Step(6, "11:56", Act.ROUTE),
                Step(5, "10:20", Act.REFUSE, "The cards work. The messages of the machines are not"
                     " read: that is the payment network.", to="Payments platform"),
                Step(5, "13:40", Act.ACCEPT),
                Step(4, "09:25", Act.CASES, count=3),
                Step(3, "11:00", Act.EVIDENCE, "Messages of type 0420 since the 12th: 3,918 received,"
                     " 0 answered."),
                Step(2, "14:15", Act.NOTE, "The network operator looks at its side too; call tomorrow"
                     " at ten."),
            ),
        ),
        Story(
            key="fees-card",
            title="A fee on card payments that should be free",
            statement="Since the new price list some card payments carry a fee that the contract does"
            " not know.",
            category="fees",
            product="Card",
            texts=texts("card_payment_fee_charged"),
            steps=(
                Step(6, "09:45", Act.CASES, count=4),
                Step(6, "13:20", Act.OPEN),
                Step(6, "13:21", Act.ROUTE),
                Step(6, "16:10", Act.ACCEPT),
                Step(5, "09:30", Act.CASES, count=3),
                Step(4, "14:50", Act.CAUSE, "The price list of the 1st is read with the old table of"
                     " card types; gold cards count as foreign.", "Some of our cards were taken for"
                     " foreign ones."),
                Step(2, "10:40", Act.HAND_OVER, "The table is part of the release; we cannot change"
                     " it here. The amounts to pay back are listed.", to="Release & change"),
            ),
        ),
        Story(
            key="fee-statement",
            title="A fee of one pound on the statement",
            statement="Customers ask about a fee of one pound or one euro on their statement.",
            category="fees",
            product="Account",
            texts=texts("extra_charge_on_statement"),
            steps=(
                Step(5, "08:50", Act.CASES, count=3),
                Step(5, "11:40", Act.OPEN),
                Step(5, "11:41", Act.ROUTE),
                Step(5, "14:30", Act.ACCEPT),
                Step(4, "11:15", Act.END, "It is no fault: hotels and petrol stations reserve a small"
                     " amount and give it back within a week."),
            ),
        ),
        Story(
            key="contactless",
            title="Contactless payments stopped working",
            statement="Contactless payments are refused everywhere since this week, first of all in"
            " metro and bus.",
            category="cards",
            product="Card",
            texts=texts("contactless_not_working"),
            severity=2,
            steps=(
                Step(1, "08:15", Act.CASES, count=6),
                # The relay routes it, in the present: the department has yet to accept.
                Step(1, "15:50", Act.OPEN),
            ),
        ),
        Story(
            key="transfer-lost",
            title="Transfers do not reach the recipient",
            statement="Transfers of the last days left the account and never reached the recipient;"
            " the app calls them completed.",
            category="transfers",
            product="Transfers",
            texts=texts("transfer_not_received_by_recipient"),
            steps=(
                Step(1, "12:30", Act.CASES, count=3),
                # Routed like the one before: it waits for the yes of the demo's own department.
                Step(1, "16:20", Act.OPEN),
            ),
        ),
    )  # fmt: skip
