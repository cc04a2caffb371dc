# What people are sent, in English. Every other language falls back to this file, message by message.
# Short, one subject each, no jargon. A name in braces that begins with $ is filled in.

## Buttons: at most 20 characters

button-confirm = Confirm
button-change = Change
button-cancel = Cancel
button-approve = Approve
button-reject = Reject
button-take-off = Take it off
button-office = Ask the office
button-additional = Additional
button-right = It is right
button-leave-out = Leave it out
button-order-it = Order it
button-not-an-order = It is no order
button-continue = Continue
button-choose = Choose

## Words that a person is told to write

word-status = Status
word-cancel = cancel
word-yes = yes

## Lines

amount = { $number } { $unit }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = (“{ $words }”)
mark-was = (was { $quantity })
mark-forwarded = (forwarded)
mark-voice = (from a voice note)
mark-picture = (from a picture)
mark-document = (from a document)

## The read-back

read-back = Request { $request }, to { $site }:
read-back-by = Request { $request }, to { $site }, by { $date }:
estimate = About { $amount } with freight and tax.
is-this-right = Is this right?
note-repeated = You sent the same text more than once: I counted it once.
note-left-out = I took this for talk and ordered nothing for it: “{ $words }”
note-taken-off = Taken off: { $line }
note-office-looks = “{ $name }” is not in the catalogue: the office looks for it, and you are asked before it is ordered.
note-place-was = The site was { $site }.
note-date-was = The day was { $date }.
note-same-as = The same as request { $request } of { $date }.

## Questions

questions = Request { $request }:
before-going-on = Before I can go on:
answer-like = Answer for example “{ $example }”.
yes-to-all = Write “{ word-yes }” if all of that is right, or what should change.
ask-quantity = How many { $name }?
ask-unit = In what unit is “{ $words }”: pieces, bags, kg or something else?
ask-pack = “{ $words }”: how much is in one, or how many in all?
ask-variant = Which kind of { $name }?
ask-number = How many is “{ $words }”?
ask-date = Which day is “{ $words }”?
ask-place = Which site is it for?
ask-place-of = Which site is “{ $words }”?
ask-place-unknown = I do not know the site “{ $words }”. Which one is it?
ask-reference = What does “{ $words }” refer to?
ask-what = What is “{ $words }”?
ask-again = “{ $words }”: once more, or the same?
ask-report = “{ $words }”: do you want it ordered, or are you telling me about it?
ask-what-for = What is “{ $words }” for?
ask-not-understood = I did not understand “{ $words }”. What is meant?
ask-flood = You sent more messages than I can read at once: is the list complete?
ask-which-item = “{ $words }”: which one?
ask-no-item = “{ $words }” is not in the catalogue. What else is it called, or shall I take it off?
ask-sold-by = You wrote { $said }, but { $name } is sold by the { $unit }. How many is that?
ask-no-supplier = No supplier sells { $name } at the moment. Shall I take it off?
ask-duplicate = { $requester } already asked for { $quantity } { $name } on { $date } (request { $request }, { $state }). Is this additional, or the same?
ask-looks-odd = Please look at this again: is it right?
card-looks-odd = Something in this looked odd: please look at it with care.
ask-dearer = { $name } costs { $price }, last time it was { $before }. Is the higher price all right?
ask-cheaper = { $name } costs { $price }, last time it was { $before }. Is it the same unit and pack?

## What cannot be read

unread-voice = I cannot listen to voice notes yet: please type it.
unread-image = I cannot read pictures yet: please type what is on it.
unread-video = I cannot watch videos yet: please type it.
unread-document = I cannot read documents yet: please type the lines.
unread-sticker = I cannot read stickers: please type it.
unread-location = I cannot use locations yet: please type the site's name.
unread-contacts = I cannot use contact cards yet: please type what you need.
unread-cart = I cannot read WhatsApp carts yet: please type the lines.
unread-edit = You edited a message, and WhatsApp does not show me what it says now: please send it again.
unread-revoke = You deleted a message: please tell me in words what should change.
unread-unsupported = WhatsApp could not show me one of your messages: please type it.

## Answers to talk

hello = Hello { $name }.
welcome = You are welcome.
help = Write what you need, how much and where to, for example: “20 bags cement and 5 rolls of 2.5mm cable to Site 4 tomorrow”. I read it back before anything is ordered. “{ word-status }” shows your requests, “{ word-cancel }” drops an open one.
nothing-found = I found nothing to order in that.
report = I read that as a report, so I ordered nothing. If you want to order it, write “please order” before it.
where-it-is = Request { $request }: { $state }. Write what should change, or “{ word-cancel }”.
press-confirm = Please press Confirm under request { $request }, or answer that message with “{ word-yes }”.
stranger = Hello. I take purchase requests, but I do not know this number yet. The office has been told; they can add you.
person-told = I have told { $name }, who will write to you.
office-told = I have told the office: somebody will write to you.
handed-over = I could not settle request { $request } with you, so { $name } has it now and will write to you.
handed-to-office = I could not settle request { $request } with you, so the office has it now: somebody will write to you.

status-none = You have no requests yet.
status-request = Request { $request }: { $state }
status-wanted = Request { $request }, wanted by { $date }: { $state }
status-line = • { $quantity } { $name }: { $state }
status-order = { $state }, number { $number } at { $supplier }

enquiry = This fits “{ $words }”. Choose what you want to order.
enquiry-item = { $name }: { $price } / { $unit }
enquiry-no-price = { $name }: no price at the moment
enquiry-what = Which item do you mean? Write its name, for example “price of cement”.

again-which = Which one do you want again?
again-none = I find no such earlier request. Write what you need.
again-lines = { $count ->
    [0] { $line }
    [one] { $line } and { $count } more line
   *[other] { $line } and { $count } more lines
}

held = Request { $request } is on hold: nothing is ordered until you press Continue.
hold-none = You have nothing open that I could hold.
cancel-which = Which request shall I cancel?
cancel-none = You have nothing open to cancel.
cancelled = Request { $request } is cancelled. Nothing will be ordered.
not-cancelled = Request { $request } cannot be cancelled any more ({ $state }).
too-late = Request { $request } is already with the supplier, so I changed nothing. I have passed your message to the office: they will see what can be done.
ask-change = What should change in request { $request }? Write for example “make the cement 15” or “remove line 2”.
recall = Request { $request } still waits for your answer. Without it I will drop it later today.
expired = Request { $request } had no answer for a day: I have dropped it. Nothing was ordered.

## Presses

not-yours = That button is for the one who asked.
older-version = That button belongs to an older version of request { $request }, so it did nothing. Please use the newest message.
already = Request { $request } is already past that ({ $state }). To change it, write to me.
unknown-answer = I do not know that answer any more.
unknown-button = I do not know that button any more.
unknown-request = I do not know that request.

## Approval

approval-card = { $requester } asks for approval of { $number } (request { $request }), from { $supplier } to { $site }:
approval-card-by = { $requester } asks for approval of { $number } (request { $request }), from { $supplier } to { $site }, by { $date }:
approval-line = { $line } at { $price }
approval-sums = Freight { $freight }, tax { $tax }.
approval-total = Total { $total }.
approval-note = Note: { $text }
approval-words = Their words: “{ $words }”
approval-changed = It changed since it was approved: { $changed }
price-moved = { $name } is { $now } now, approved was { $before }.
approval-too-old = The approval was too old to be used.
waits-for-approval = Thank you. Request { $request } waits for approval by { $approver }.
waits-in-console = Thank you. Request { $request } waits for approval. { $approver } must open it in the Sutler console, for I cannot write to them now: please tell them.
back-to-approval = Request { $request } goes back to { $approver } for approval: { $changed }
nobody-may-approve = Request { $request } comes to { $total }. Nobody is set up to approve that amount: the office has been told.
no-order = Request { $request } cannot be ordered yet: { $why } The office has been told.
office-found-nothing = Request { $request }: the office did not find { $line }, so it is not ordered.
no-order-site = it names no site.
no-order-line = no supplier sells line { $line } any more.
no-order-account = there is no account at { $supplier }.
no-order-sum = the amounts for { $supplier } cannot be added up.
approved-by = Request { $request } is approved by { $by }. I am ordering from { $supplier } now.
approved-by-rule = Request { $request } needs no approval. I am ordering from { $supplier } now.
rejected = { $by } rejected the order from { $supplier } of request { $request }.
rejected-because = { $by } rejected the order from { $supplier } of request { $request }: { $reason }
write-again = Write to me again if you need something else.
you-approved = Approved: { $number } for { $total }. I am ordering it now.
you-rejected = Rejected: { $number }. Nothing is ordered.
approval-unknown = I do not know that approval.
approval-gone = That order is gone.
approval-not-yours = { $number } is not yours to decide.
approval-no-right = You may not approve any more.
approval-own = Not approved: you asked for it yourself.
approval-limit = Not approved: the amount is above your limit.
approval-no-limit = Not approved: no limit is set for you.
approved-already = { $number } was approved already.
rejected-already = { $number } was rejected already.
changed-since = { $number } has changed since, so that button did nothing.
changed-meanwhile = { $number } changed meanwhile: it is not approved.

## Orders

ordered = Ordered from { $supplier }, their number { $number } (request { $request }):
order-unknown = { $supplier } did not answer when I placed request { $request }. I am finding out whether the order was made. Please do not order it elsewhere yet.
order-with-person = I could not find out whether { $supplier } has the order of request { $request }. Somebody in the office is asking them: you will hear from me.
order-refused = { $supplier } does not take the order of request { $request }: { $why }. Nothing was ordered there. Write what you want instead, or ask for another item.
needs-office = The order of request { $request } from { $supplier } has to wait: somebody in the office must look at the supplier's site first. Nothing is ordered yet.

## States

state-draft = being read
state-asking = waits for your answer
state-to_confirm = waits for your Confirm
state-to_approve = waits for approval
state-approved = approved
state-ordering = being ordered
state-ordered = ordered
state-part_received = partly received
state-received = received
state-closed = closed
state-rejected = rejected
state-cancelled = cancelled
state-expired = dropped without an answer
line-backordered = comes later
line-substituted = replaced by another item
line-refused = not taken by the supplier
line-unknown = being asked about at the supplier

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
} { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }

## Units

unit-C62 = { $count ->
    [one] piece
   *[other] pieces
}
unit-PR = { $count ->
    [one] pair
   *[other] pairs
}
unit-SET = { $count ->
    [one] set
   *[other] sets
}
unit-KGM = kg
unit-GRM = g
unit-TNE = { $count ->
    [one] tonne
   *[other] tonnes
}
unit-DTN = { $count ->
    [one] quintal
   *[other] quintals
}
unit-NL = { $count ->
    [one] trolley load
   *[other] trolley loads
}
unit-LBR = lb
unit-LTR = { $count ->
    [one] litre
   *[other] litres
}
unit-MLT = ml
unit-MTR = { $count ->
    [one] metre
   *[other] metres
}
unit-MMT = mm
unit-FOT = { $count ->
    [one] foot
   *[other] feet
}
unit-MTK = { $count ->
    [one] square metre
   *[other] square metres
}
unit-MTQ = { $count ->
    [one] cubic metre
   *[other] cubic metres
}
unit-XBG = { $count ->
    [one] bag
   *[other] bags
}
unit-XBX = { $count ->
    [one] box
   *[other] boxes
}
unit-XRO = { $count ->
    [one] roll
   *[other] rolls
}
unit-XPX = { $count ->
    [one] pallet
   *[other] pallets
}
unit-XST = { $count ->
    [one] sheet
   *[other] sheets
}
unit-XDR = { $count ->
    [one] drum
   *[other] drums
}
unit-XCT = { $count ->
    [one] carton
   *[other] cartons
}
unit-XPK = { $count ->
    [one] pack
   *[other] packs
}
unit-XBO = { $count ->
    [one] bottle
   *[other] bottles
}
unit-XCA = { $count ->
    [one] can
   *[other] cans
}
unit-XTU = { $count ->
    [one] tube
   *[other] tubes
}
unit-XBE = { $count ->
    [one] bundle
   *[other] bundles
}
unit-XLG = { $count ->
    [one] length
   *[other] lengths
}
unit-XCR = { $count ->
    [one] crate
   *[other] crates
}
unit-XJY = { $count ->
    [one] jerrican
   *[other] jerricans
}
unit-XTI = { $count ->
    [one] tin
   *[other] tins
}
unit-XBJ = { $count ->
    [one] bucket
   *[other] buckets
}
unit-RM = { $count ->
    [one] ream
   *[other] reams
}
unit-XTY = { $count ->
    [one] tray
   *[other] trays
}
unit-XCL = { $count ->
    [one] coil
   *[other] coils
}
unit-XRL = { $count ->
    [one] reel
   *[other] reels
}
unit-LO = { $count ->
    [one] lot
   *[other] lots
}
unit-HUR = { $count ->
    [one] hour
   *[other] hours
}
unit-CMT = cm
unit-INH = { $count ->
    [one] inch
   *[other] inches
}
unit-YRD = { $count ->
    [one] yard
   *[other] yards
}
unit-GLL = { $count ->
    [one] gallon
   *[other] gallons
}
unit-E54 = { $count ->
    [one] trip
   *[other] trips
}
unit-XCY = { $count ->
    [one] cylinder
   *[other] cylinders
}
unit-XCS = { $count ->
    [one] case
   *[other] cases
}
unit-XBA = { $count ->
    [one] barrel
   *[other] barrels
}
unit-XBL = { $count ->
    [one] bale
   *[other] bales
}
unit-XJR = { $count ->
    [one] jar
   *[other] jars
}
unit-XJG = { $count ->
    [one] jug
   *[other] jugs
}
unit-XPA = { $count ->
    [one] packet
   *[other] packets
}
unit-XSO = { $count ->
    [one] spool
   *[other] spools
}
unit-XBR = { $count ->
    [one] bar
   *[other] bars
}
unit-XRD = { $count ->
    [one] rod
   *[other] rods
}
unit-XTB = { $count ->
    [one] tub
   *[other] tubs
}
unit-XBK = { $count ->
    [one] basket
   *[other] baskets
}
unit-XPO = { $count ->
    [one] pouch
   *[other] pouches
}
unit-XSH = { $count ->
    [one] sachet
   *[other] sachets
}
