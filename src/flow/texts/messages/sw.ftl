# What people are sent, in Swahili. What is missing here is sent in English.

## Buttons: at most 20 characters

button-confirm = Thibitisha
button-change = Badilisha
button-cancel = Ghairi
button-approve = Idhinisha
button-reject = Kataa
button-take-off = Iondoe
button-office = Uliza ofisi
button-additional = Ni ya ziada
button-right = Ni sawa
button-leave-out = Iache
button-order-it = Iagize
button-not-an-order = Si oda
button-continue = Endelea
button-choose = Chagua

## Words that a person is told to write

word-status = Status
word-cancel = ghairi
word-yes = ndiyo

## Lines

amount = { $unit } { $number }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = (“{ $words }”)
mark-was = (ilikuwa { $quantity })
mark-forwarded = (imetumwa mbele)
mark-voice = (kutoka ujumbe wa sauti)
mark-picture = (kutoka picha)
mark-document = (kutoka hati)

## The read-back

read-back = Ombi { $request }, kwenda { $site }:
read-back-by = Ombi { $request }, kwenda { $site }, kufikia { $date }:
estimate = Takriban { $amount } pamoja na usafiri na kodi.
is-this-right = Je, ni sawa?
note-repeated = Umetuma maandishi yale yale zaidi ya mara moja: nimeyahesabu mara moja.
note-left-out = Hii niliichukua kama mazungumzo, sikuagiza chochote: “{ $words }”
note-taken-off = Imeondolewa: { $line }
note-office-looks = “{ $name }” haipo kwenye katalogi: ofisi inaitafuta, na utaulizwa kabla ya kuagizwa.
note-place-was = Saiti ilikuwa { $site }.
note-date-was = Siku ilikuwa { $date }.
note-same-as = Sawa na ombi { $request } la { $date }.

## Questions

questions = Ombi { $request }:
before-going-on = Kabla sijaendelea:
answer-like = Jibu kwa mfano “{ $example }”.
yes-to-all = Andika “{ word-yes }” ikiwa yote hayo ni sawa, au kinachopaswa kubadilika.
ask-quantity = { $name }: kiasi gani?
ask-unit = “{ $words }” ni kwa kipimo gani: vipande, mifuko, kg au kingine?
ask-pack = “{ $words }”: kila moja ina kiasi gani, au jumla ni ngapi?
ask-variant = { $name }: ya aina gani?
ask-number = “{ $words }” ni ngapi?
ask-date = “{ $words }” ni siku gani?
ask-place = Ni kwa saiti gani?
ask-place-of = “{ $words }” ni saiti gani?
ask-place-unknown = Siijui saiti “{ $words }”. Ni ipi?
ask-reference = “{ $words }” inahusu nini?
ask-what = “{ $words }” ni nini?
ask-again = “{ $words }”: mara nyingine, au ni ile ile?
ask-report = “{ $words }”: unataka iagizwe, au unanijulisha tu?
ask-what-for = “{ $words }” ni ya nini?
ask-not-understood = Sikuelewa “{ $words }”. Unamaanisha nini?
ask-flood = Umetuma ujumbe mwingi kuliko ninaoweza kusoma kwa mara moja: je, orodha imekamilika?
ask-which-item = “{ $words }”: ni ipi?
ask-no-item = “{ $words }” haipo kwenye katalogi. Ina jina lingine, au niiondoe?
ask-sold-by = Umeandika { $said }, lakini { $name } huuzwa kwa { $unit }. Hiyo ni ngapi?
ask-no-supplier = Hakuna muuzaji wa { $name } kwa sasa. Niiondoe?
ask-duplicate = { $requester } tayari aliomba { $quantity } { $name } tarehe { $date } (ombi { $request }, { $state }). Hii ni ya ziada, au ni ile ile?
ask-looks-odd = Tafadhali angalia hii tena: ni sawa?
card-looks-odd = Kuna kitu hapa kinaonekana si kawaida: tafadhali kiangalie kwa makini.
ask-dearer = { $name } ni { $price }, mara ya mwisho ilikuwa { $before }. Je, bei ya juu ni sawa?
ask-cheaper = { $name } ni { $price }, mara ya mwisho ilikuwa { $before }. Je, ni kipimo na pakiti ile ile?

## What cannot be read

unread-voice = Bado siwezi kusikiliza ujumbe wa sauti: tafadhali andika.
unread-image = Bado siwezi kusoma picha: tafadhali andika kilicho ndani.
unread-video = Bado siwezi kutazama video: tafadhali andika.
unread-document = Bado siwezi kusoma hati: tafadhali andika mistari.
unread-sticker = Siwezi kusoma stika: tafadhali andika.
unread-location = Bado siwezi kutumia ramani: tafadhali andika jina la saiti.
unread-contacts = Bado siwezi kutumia anwani za watu: tafadhali andika unachohitaji.
unread-cart = Bado siwezi kusoma kikapu cha WhatsApp: tafadhali andika mistari.
unread-edit = Umehariri ujumbe, na WhatsApp hainionyeshi unasema nini sasa: tafadhali utume tena.
unread-revoke = Umefuta ujumbe: tafadhali niambie kwa maneno kinachopaswa kubadilika.
unread-unsupported = WhatsApp haikuweza kunionyesha ujumbe wako mmoja: tafadhali andika.

## Answers to talk

hello = Habari { $name }.
welcome = Karibu.
help = Andika unachohitaji, kiasi gani na kwenda wapi, kwa mfano: “mifuko 20 ya cement na roll 5 za cable 2.5mm kwenda Site 4 kesho”. Nitakusomea kabla ya kuagiza chochote. “{ word-status }” inaonyesha maombi yako, “{ word-cancel }” inafuta ombi lililo wazi.
nothing-found = Sikupata cha kuagiza hapo.
report = Nimeisoma kama taarifa, kwa hivyo sikuagiza chochote. Ukitaka iagizwe, andika “tafadhali agiza” mbele yake.
where-it-is = Ombi { $request }: { $state }. Andika kinachopaswa kubadilika, au “{ word-cancel }”.
press-confirm = Tafadhali bonyeza Thibitisha chini ya ombi { $request }, au ujibu ujumbe huo kwa “{ word-yes }”.
stranger = Habari. Napokea maombi ya ununuzi, lakini bado siijui namba hii. Ofisi imejulishwa; wanaweza kukuongeza.
person-told = Nimemjulisha { $name }, atakuandikia.
office-told = Nimeijulisha ofisi: mtu atakuandikia.
handed-over = Sikuweza kukamilisha ombi { $request } nawe, kwa hivyo sasa lipo kwa { $name }, atakuandikia.
handed-to-office = Sikuweza kukamilisha ombi { $request } nawe, kwa hivyo sasa lipo ofisini: mtu atakuandikia.
status-none = Bado huna maombi.
status-request = Ombi { $request }: { $state }
status-wanted = Ombi { $request }, kufikia { $date }: { $state }
status-line = • { $quantity } { $name }: { $state }
status-order = { $state }, namba { $number } kwa { $supplier }
enquiry = Hizi zinalingana na “{ $words }”. Chagua unachotaka kuagiza.
enquiry-item = { $name }: { $price } / { $unit }
enquiry-no-price = { $name }: hakuna bei kwa sasa
enquiry-what = Unamaanisha bidhaa gani? Andika jina lake, kwa mfano “bei ya cement”.
again-which = Unataka ipi tena?
again-none = Sipati ombi kama hilo la awali. Andika unachohitaji.
again-lines = { $count ->
    [0] { $line }
    [one] { $line } na mstari { $count } zaidi
   *[other] { $line } na mistari { $count } zaidi
}
held = Ombi { $request } limesimamishwa: hakuna kinachoagizwa hadi ubonyeze Endelea.
hold-none = Huna ombi lililo wazi la kusimamisha.
cancel-which = Nighairi ombi gani?
cancel-none = Huna ombi lililo wazi la kughairi.
cancelled = Ombi { $request } limeghairiwa. Hakuna kitakachoagizwa.
not-cancelled = Ombi { $request } haliwezi kughairiwa tena ({ $state }).
too-late = Ombi { $request } tayari liko kwa muuzaji, kwa hivyo sikubadilisha chochote. Nimepeleka ujumbe wako ofisini: wataona kinachoweza kufanyika.
ask-change = Nini kibadilike katika ombi { $request }? Andika kwa mfano “cement iwe 15” au “ondoa line 2”.
recall = Ombi { $request } bado linasubiri jibu lako. Bila jibu nitaliacha baadaye leo.
expired = Ombi { $request } halikupata jibu kwa siku nzima: nimeliacha. Hakuna kilichoagizwa.

## Presses

not-yours = Kitufe hicho ni cha aliyeomba.
older-version = Kitufe hicho ni cha toleo la zamani la ombi { $request }, kwa hivyo hakikufanya chochote. Tafadhali tumia ujumbe mpya zaidi.
already = Ombi { $request } limeshapita hapo ({ $state }). Kulibadilisha, niandikie.
unknown-answer = Silijui jibu hilo tena.
unknown-button = Sikijui kitufe hicho tena.
unknown-request = Silijui ombi hilo.

## Approval

approval-card = { $requester } anaomba idhini ya { $number } (ombi { $request }), kutoka { $supplier } kwenda { $site }:
approval-card-by = { $requester } anaomba idhini ya { $number } (ombi { $request }), kutoka { $supplier } kwenda { $site }, kufikia { $date }:
approval-line = { $line } kwa { $price }
approval-sums = Usafiri { $freight }, kodi { $tax }.
approval-total = Jumla { $total }.
approval-note = Zingatia: { $text }
approval-words = Maneno yake: “{ $words }”
approval-changed = Imebadilika tangu ilipoidhinishwa: { $changed }
price-moved = { $name } sasa ni { $now }, iliyoidhinishwa ilikuwa { $before }.
approval-too-old = Idhini ilikuwa ya zamani mno.
waits-for-approval = Asante. Ombi { $request } linasubiri idhini ya { $approver }.
waits-in-console = Asante. Ombi { $request } linasubiri idhini. { $approver } anapaswa kulifungua kwenye konsoli ya Sutler, kwa kuwa siwezi kumwandikia sasa: tafadhali mjulishe.
back-to-approval = Ombi { $request } linarudi kwa { $approver } kwa idhini: { $changed }
nobody-may-approve = Ombi { $request } linafika { $total }. Hakuna anayeruhusiwa kuidhinisha kiasi hicho: ofisi imejulishwa.
no-order = Ombi { $request } haliwezi kuagizwa bado: { $why } Ofisi imejulishwa.
office-found-nothing = Ombi { $request }: ofisi haikupata { $line }, kwa hiyo haiagizwi.
no-order-site = halitaji saiti.
no-order-line = hakuna muuzaji wa mstari { $line } tena.
no-order-account = hakuna akaunti kwa { $supplier }.
no-order-sum = kiasi cha { $supplier } hakiwezi kujumlishwa.
approved-by = Ombi { $request } limeidhinishwa na { $by }. Naagiza sasa kutoka { $supplier }.
approved-by-rule = Ombi { $request } halihitaji idhini. Naagiza sasa kutoka { $supplier }.
rejected = { $by } amekataa oda kwa { $supplier } ya ombi { $request }.
rejected-because = { $by } amekataa oda kwa { $supplier } ya ombi { $request }: { $reason }
write-again = Niandikie tena ukihitaji kitu kingine.
you-approved = Imeidhinishwa: { $number } kwa { $total }. Naagiza sasa.
you-rejected = Imekataliwa: { $number }. Hakuna kinachoagizwa.
approval-unknown = Siijui idhini hiyo.
approval-gone = Oda hiyo haipo tena.
approval-not-yours = { $number } si yako kuamua.
approval-no-right = Huruhusiwi tena kuidhinisha.
approval-own = Haijaidhinishwa: uliiomba mwenyewe.
approval-limit = Haijaidhinishwa: kiasi kimezidi kikomo chako.
approval-no-limit = Haijaidhinishwa: hujawekewa kikomo.
approved-already = { $number } tayari iliidhinishwa.
rejected-already = { $number } tayari ilikataliwa.
changed-since = { $number } imebadilika tangu hapo, kwa hivyo kitufe hicho hakikufanya chochote.
changed-meanwhile = { $number } imebadilika wakati huo huo: haijaidhinishwa.

## Orders

ordered = Imeagizwa kutoka { $supplier }, namba yao { $number } (ombi { $request }):
order-unknown = { $supplier } hawakujibu nilipoagiza ombi { $request }. Nachunguza kama oda ilifanyika. Tafadhali usiagize kwingine bado.
order-with-person = Sikuweza kujua kama { $supplier } wana oda ya ombi { $request }. Mtu wa ofisini anawauliza: nitakujulisha.
order-refused = { $supplier } hawakubali oda ya ombi { $request }: { $why }. Hakuna kilichoagizwa huko. Andika unachotaka badala yake, au omba bidhaa nyingine.
needs-office = Oda ya ombi { $request } kwa { $supplier } inabidi isubiri: mtu wa ofisini lazima aangalie kwanza tovuti ya muuzaji. Bado hakuna kilichoagizwa.

## States

state-draft = linasomwa
state-asking = linasubiri jibu lako
state-to_confirm = linasubiri uthibitishe
state-to_approve = linasubiri idhini
state-approved = limeidhinishwa
state-ordering = linaagizwa
state-ordered = limeagizwa
state-part_received = limepokelewa kwa sehemu
state-received = limepokelewa
state-closed = limefungwa
state-rejected = limekataliwa
state-cancelled = limeghairiwa
state-expired = limeachwa bila jibu
line-backordered = itakuja baadaye
line-substituted = imebadilishwa kwa bidhaa nyingine
line-refused = muuzaji hakuikubali
line-unknown = inaulizwa kwa muuzaji

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] Jtt
    [2] Jnn
    [3] Jtn
    [4] Alh
    [5] Ijm
    [6] Jmo
   *[7] Jpl
} { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mac
    [4] Apr
    [5] Mei
    [6] Jun
    [7] Jul
    [8] Ago
    [9] Sep
    [10] Okt
    [11] Nov
   *[12] Des
} { $year }

## Units

unit-C62 = { $count ->
    [one] kipande
   *[other] vipande
}
unit-PR = jozi
unit-SET = seti
unit-KGM = kg
unit-GRM = g
unit-TNE = tani
unit-DTN = kwintali
unit-NL = troli
unit-LBR = lb
unit-LTR = lita
unit-MLT = ml
unit-MTR = mita
unit-MMT = mm
unit-FOT = futi
unit-MTK = { $count ->
    [one] mita ya mraba
   *[other] mita za mraba
}
unit-MTQ = { $count ->
    [one] mita ya ujazo
   *[other] mita za ujazo
}
unit-XBG = { $count ->
    [one] mfuko
   *[other] mifuko
}
unit-XBX = { $count ->
    [one] boksi
   *[other] maboksi
}
unit-XRO = roll
unit-XPX = paleti
unit-XST = shiti
unit-XDR = { $count ->
    [one] pipa
   *[other] mapipa
}
unit-XCT = katoni
unit-XPK = pakiti
unit-XBO = chupa
unit-XCA = { $count ->
    [one] kopo
   *[other] makopo
}
unit-XTU = tyubu
unit-XBE = { $count ->
    [one] fungu
   *[other] mafungu
}
unit-XLG = { $count ->
    [one] kipande kirefu
   *[other] vipande virefu
}
unit-XCR = kreti
unit-XJY = jerikani
unit-XTI = { $count ->
    [one] mkebe
   *[other] mikebe
}
unit-XBJ = ndoo
unit-RM = rimu
unit-XTY = trei
unit-XCL = koili
unit-XRL = rili
unit-LO = loti
unit-HUR = saa
unit-CMT = cm
unit-INH = inchi
unit-YRD = yadi
unit-GLL = galoni
unit-E54 = tripu
unit-XCY = silinda
unit-XCS = kesi
unit-XBA = { $count ->
    [one] pipa kubwa
   *[other] mapipa makubwa
}
unit-XBL = { $count ->
    [one] robota
   *[other] marobota
}
unit-XJR = jari
unit-XJG = { $count ->
    [one] jagi
   *[other] majagi
}
unit-XPA = paketi
unit-XSO = spuli
unit-XBR = nondo
unit-XRD = fimbo
unit-XTB = { $count ->
    [one] beseni
   *[other] mabeseni
}
unit-XBK = { $count ->
    [one] kikapu
   *[other] vikapu
}
unit-XPO = { $count ->
    [one] kifuko
   *[other] vifuko
}
unit-XSH = sacheti
