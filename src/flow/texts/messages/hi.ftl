# What people are sent, in Hindi. What is missing here is sent in English.

## Buttons: at most 20 characters

button-confirm = पुष्टि करें
button-change = बदलें
button-cancel = रद्द करें
button-approve = मंज़ूर करें
button-reject = नामंज़ूर करें
button-take-off = इसे हटा दें
button-office = दफ़्तर से पूछें
button-additional = यह अतिरिक्त है
button-right = यह सही है
button-leave-out = इसे छोड़ दें
button-order-it = ऑर्डर करें
button-not-an-order = यह ऑर्डर नहीं
button-continue = जारी रखें
button-choose = चुनें

## Words that a person is told to write

word-status = status
word-cancel = cancel
word-yes = हाँ

## Lines

amount = { $number } { $unit }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = (“{ $words }”)
mark-was = (पहले { $quantity })
mark-forwarded = (फ़ॉरवर्ड किया हुआ)
mark-voice = (वॉइस नोट से)
mark-picture = (फ़ोटो से)
mark-document = (दस्तावेज़ से)

## The read-back

read-back = अनुरोध { $request }, { $site } के लिए:
read-back-by = अनुरोध { $request }, { $site } के लिए, { $date } तक:
estimate = भाड़ा और टैक्स मिलाकर लगभग { $amount }.
is-this-right = क्या यह सही है?
note-repeated = आपने वही संदेश एक से ज़्यादा बार भेजा: मैंने उसे एक बार गिना।
note-left-out = इसे मैंने बातचीत समझा और इसके लिए कुछ नहीं मँगाया: “{ $words }”
note-taken-off = हटाया गया: { $line }
note-office-looks = “{ $name }” सूची में नहीं है: दफ़्तर इसे ढूँढेगा, और मँगाने से पहले आपसे पूछा जाएगा।
note-place-was = साइट पहले { $site } थी।
note-date-was = दिन पहले { $date } था।
note-same-as = { $date } के अनुरोध { $request } जैसा ही।

## Questions

questions = अनुरोध { $request }:
before-going-on = आगे बढ़ने से पहले:
answer-like = जवाब ऐसे दें: “{ $example }”.
yes-to-all = अगर यह सब सही है तो “{ word-yes }” लिखें, नहीं तो लिखें क्या बदलना है।
ask-quantity = { $name }: कितना चाहिए?
ask-unit = “{ $words }” किस इकाई में: नग, बोरी, kg या कुछ और?
ask-pack = “{ $words }”: एक में कितना है, या कुल कितने?
ask-variant = { $name }: किस तरह का?
ask-number = “{ $words }” यानी कितना?
ask-date = “{ $words }” कौन सा दिन है?
ask-place = यह किस साइट के लिए है?
ask-place-of = “{ $words }” कौन सी साइट है?
ask-place-unknown = मैं साइट “{ $words }” को नहीं जानता। वह कौन सी है?
ask-reference = “{ $words }” किसके बारे में है?
ask-what = “{ $words }” क्या है?
ask-again = “{ $words }”: एक बार और, या वही?
ask-report = “{ $words }”: क्या इसे मंगवाना है, या आप बस बता रहे हैं?
ask-what-for = “{ $words }” किसलिए है?
ask-not-understood = मैं “{ $words }” नहीं समझा। इसका क्या मतलब है?
ask-flood = आपने इतने संदेश भेजे कि मैं एक साथ नहीं पढ़ सकता: क्या सूची पूरी है?
ask-which-item = “{ $words }”: कौन सा?
ask-no-item = “{ $words }” सूची में नहीं है। इसका कोई और नाम है, या मैं इसे हटा दूँ?
ask-sold-by = आपने { $said } लिखा, लेकिन { $name } { $unit } में बिकता है। वह कितना हुआ?
ask-no-supplier = अभी कोई सप्लायर { $name } नहीं बेचता। क्या मैं इसे हटा दूँ?
ask-duplicate = { $requester } ने { $date } को { $quantity } { $name } पहले ही मांगा है (अनुरोध { $request }, { $state })। यह अतिरिक्त है, या वही?
ask-looks-odd = कृपया इसे फिर से देखें: क्या यह सही है?
card-looks-odd = इसमें कुछ अजीब लगा: कृपया ध्यान से देखें।
ask-dearer = { $name } का दाम { $price } है, पिछली बार { $before } था। क्या बढ़ा हुआ दाम ठीक है?
ask-cheaper = { $name } का दाम { $price } है, पिछली बार { $before } था। क्या इकाई और पैक वही है?

## What cannot be read

unread-voice = मैं अभी वॉइस नोट नहीं सुन सकता: कृपया लिखकर भेजें।
unread-image = मैं अभी फ़ोटो नहीं पढ़ सकता: कृपया उसमें जो है वह लिखें।
unread-video = मैं अभी वीडियो नहीं देख सकता: कृपया लिखकर भेजें।
unread-document = मैं अभी दस्तावेज़ नहीं पढ़ सकता: कृपया सामान लिखकर भेजें।
unread-sticker = मैं स्टिकर नहीं पढ़ सकता: कृपया लिखकर भेजें।
unread-location = मैं अभी लोकेशन नहीं पढ़ सकता: कृपया साइट का नाम लिखें।
unread-contacts = मैं अभी संपर्क कार्ड नहीं पढ़ सकता: कृपया लिखें आपको क्या चाहिए।
unread-cart = मैं अभी WhatsApp कार्ट नहीं पढ़ सकता: कृपया सामान लिखकर भेजें।
unread-edit = आपने एक संदेश बदला, और WhatsApp मुझे नहीं दिखाता कि अब उसमें क्या है: कृपया उसे फिर भेजें।
unread-revoke = आपने एक संदेश मिटाया: कृपया लिखकर बताएँ क्या बदलना है।
unread-unsupported = WhatsApp मुझे आपका एक संदेश नहीं दिखा सका: कृपया लिखकर भेजें।

## Answers to talk

hello = नमस्ते { $name }.
welcome = आपका स्वागत है।
help = लिखें कि क्या, कितना और कहाँ चाहिए, जैसे: “20 बोरी सीमेंट और 5 रोल 2.5mm केबल Site 4 के लिए कल”। कुछ भी मंगवाने से पहले मैं उसे पढ़कर सुनाता हूँ। “{ word-status }” से आपके अनुरोध दिखते हैं, “{ word-cancel }” से खुला अनुरोध रद्द होता है।
nothing-found = मुझे इसमें मंगवाने लायक कुछ नहीं मिला।
report = मैंने इसे सूचना समझा, इसलिए कुछ नहीं मंगवाया। अगर मंगवाना है तो इससे पहले “कृपया भेजो” लिखें।
where-it-is = अनुरोध { $request }: { $state }. लिखें क्या बदलना है, या “{ word-cancel }”.
press-confirm = कृपया अनुरोध { $request } के नीचे “पुष्टि करें” दबाएँ, या उस संदेश का जवाब “{ word-yes }” से दें।
stranger = नमस्ते। मैं खरीद के अनुरोध लेता हूँ, लेकिन यह नंबर अभी नहीं जानता। दफ़्तर को बता दिया है; वे आपको जोड़ सकते हैं।
person-told = मैंने { $name } को बता दिया है, वे आपको लिखेंगे।
office-told = मैंने दफ़्तर को बता दिया है: कोई आपको लिखेगा।
handed-over = अनुरोध { $request } मैं आपके साथ तय नहीं कर पाया, अब यह { $name } के पास है, वे आपको लिखेंगे।
handed-to-office = अनुरोध { $request } मैं आपके साथ तय नहीं कर पाया, अब यह दफ़्तर के पास है: कोई आपको लिखेगा।
status-none = अभी आपका कोई अनुरोध नहीं है।
status-request = अनुरोध { $request }: { $state }
status-wanted = अनुरोध { $request }, { $date } तक: { $state }
status-line = • { $quantity } { $name }: { $state }
status-order = { $state }, { $supplier } में नंबर { $number }
enquiry = “{ $words }” से यह मिलता है। जो मंगवाना है उसे चुनें।
enquiry-item = { $name }: { $price } / { $unit }
enquiry-no-price = { $name }: अभी दाम नहीं है
enquiry-what = किस सामान की बात है? उसका नाम लिखें, जैसे “सीमेंट का दाम”।
again-which = इनमें से कौन सा फिर चाहिए?
again-none = मुझे ऐसा कोई पिछला अनुरोध नहीं मिला। लिखें क्या चाहिए।
again-lines = { $count ->
    [0] { $line }
    [one] { $line } और { $count } और सामान
   *[other] { $line } और { $count } और सामान
}
held = अनुरोध { $request } रोक दिया है: जब तक आप “जारी रखें” नहीं दबाते, कुछ नहीं मंगवाया जाएगा।
hold-none = आपका कोई खुला अनुरोध नहीं है जिसे मैं रोकूँ।
cancel-which = कौन सा अनुरोध रद्द करूँ?
cancel-none = आपका कोई खुला अनुरोध नहीं है जिसे रद्द करूँ।
cancelled = अनुरोध { $request } रद्द हो गया। कुछ नहीं मंगवाया जाएगा।
not-cancelled = अनुरोध { $request } अब रद्द नहीं हो सकता ({ $state })।
too-late = अनुरोध { $request } सप्लायर के पास जा चुका है, इसलिए मैंने कुछ नहीं बदला। आपका संदेश दफ़्तर को दे दिया है: वे देखेंगे क्या हो सकता है।
ask-change = अनुरोध { $request } में क्या बदलना है? जैसे लिखें “cement 15 कर दो” या “line 2 हटा दो”।
recall = अनुरोध { $request } अब भी आपके जवाब का इंतज़ार कर रहा है। जवाब न मिला तो आज बाद में इसे छोड़ दूँगा।
expired = अनुरोध { $request } का एक दिन तक जवाब नहीं आया: मैंने इसे छोड़ दिया। कुछ नहीं मंगवाया गया।

## Presses

not-yours = वह बटन उसके लिए है जिसने अनुरोध किया था।
older-version = वह बटन अनुरोध { $request } के पुराने रूप का है, इसलिए उससे कुछ नहीं हुआ। कृपया सबसे नया संदेश इस्तेमाल करें।
already = अनुरोध { $request } उससे आगे बढ़ चुका है ({ $state })। बदलने के लिए मुझे लिखें।
unknown-answer = वह जवाब अब मैं नहीं जानता।
unknown-button = वह बटन अब मैं नहीं जानता।
unknown-request = मैं वह अनुरोध नहीं जानता।

## Approval

approval-card = { $requester } { $number } (अनुरोध { $request }) की मंज़ूरी चाहते हैं, { $supplier } से { $site } के लिए:
approval-card-by = { $requester } { $number } (अनुरोध { $request }) की मंज़ूरी चाहते हैं, { $supplier } से { $site } के लिए, { $date } तक:
approval-line = { $line }, दर { $price }
approval-sums = भाड़ा { $freight }, टैक्स { $tax }.
approval-total = कुल { $total }.
approval-note = ध्यान दें: { $text }
approval-words = उनके शब्द: “{ $words }”
approval-changed = मंज़ूरी के बाद यह बदला: { $changed }
price-moved = { $name } अब { $now } का है, मंज़ूर दाम { $before } था।
approval-too-old = मंज़ूरी बहुत पुरानी हो चुकी थी।
waits-for-approval = धन्यवाद। अनुरोध { $request } को { $approver } की मंज़ूरी का इंतज़ार है।
waits-in-console = धन्यवाद। अनुरोध { $request } को मंज़ूरी का इंतज़ार है। { $approver } को इसे Sutler कंसोल में खोलना होगा, क्योंकि मैं अभी उन्हें लिख नहीं सकता: कृपया उन्हें बता दें।
back-to-approval = अनुरोध { $request } फिर मंज़ूरी के लिए { $approver } के पास गया: { $changed }
nobody-may-approve = अनुरोध { $request } कुल { $total } का है। इतनी रकम कोई मंज़ूर नहीं कर सकता: दफ़्तर को बता दिया है।
no-order = अनुरोध { $request } अभी ऑर्डर नहीं हो सकता: { $why } दफ़्तर को बता दिया है।
office-found-nothing = अनुरोध { $request }: दफ़्तर को { $line } नहीं मिला, इसलिए वह नहीं मँगाया गया।
no-order-site = इसमें कोई साइट नहीं है।
no-order-line = लाइन { $line } अब कोई सप्लायर नहीं बेचता।
no-order-account = { $supplier } में कोई खाता नहीं है।
no-order-sum = { $supplier } की रकमें जोड़ी नहीं जा सकतीं।
approved-by = { $by } ने अनुरोध { $request } मंज़ूर कर दिया। मैं अब { $supplier } से मंगवा रहा हूँ।
approved-by-rule = अनुरोध { $request } को मंज़ूरी नहीं चाहिए। मैं अब { $supplier } से मंगवा रहा हूँ।
rejected = { $by } ने अनुरोध { $request } का { $supplier } वाला ऑर्डर नामंज़ूर किया।
rejected-because = { $by } ने अनुरोध { $request } का { $supplier } वाला ऑर्डर नामंज़ूर किया: { $reason }
write-again = कुछ और चाहिए तो मुझे फिर लिखें।
you-approved = मंज़ूर: { $number }, { $total }. मैं अब इसे मंगवा रहा हूँ।
you-rejected = नामंज़ूर: { $number }. कुछ नहीं मंगवाया जाएगा।
approval-unknown = मैं उस मंज़ूरी को नहीं जानता।
approval-gone = वह ऑर्डर अब नहीं है।
approval-not-yours = { $number } का फ़ैसला आपको नहीं करना है।
approval-no-right = आप अब मंज़ूरी नहीं दे सकते।
approval-own = मंज़ूर नहीं: यह आपने खुद मांगा था।
approval-limit = मंज़ूर नहीं: रकम आपकी सीमा से ज़्यादा है।
approval-no-limit = मंज़ूर नहीं: आपके लिए कोई सीमा तय नहीं है।
approved-already = { $number } पहले ही मंज़ूर हो चुका था।
rejected-already = { $number } पहले ही नामंज़ूर हो चुका था।
changed-since = { $number } तब से बदल गया है, इसलिए उस बटन से कुछ नहीं हुआ।
changed-meanwhile = { $number } इस बीच बदल गया: यह मंज़ूर नहीं है।

## Orders

ordered = { $supplier } से मंगवाया, उनका नंबर { $number } (अनुरोध { $request }):
order-unknown = अनुरोध { $request } का ऑर्डर देते समय { $supplier } से जवाब नहीं आया। मैं पता कर रहा हूँ कि ऑर्डर हुआ या नहीं। कृपया अभी इसे कहीं और से न मंगवाएँ।
order-with-person = मैं पता नहीं कर पाया कि { $supplier } के पास अनुरोध { $request } का ऑर्डर है या नहीं। दफ़्तर से कोई उनसे पूछ रहा है: मैं आपको बताऊँगा।
order-refused = { $supplier } अनुरोध { $request } का ऑर्डर नहीं लेता: { $why }. वहाँ कुछ नहीं मंगवाया गया। लिखें इसकी जगह क्या चाहिए, या कोई और सामान मांगें।
needs-office = अनुरोध { $request } के { $supplier } वाले ऑर्डर को रुकना होगा: पहले दफ़्तर से किसी को सप्लायर की साइट देखनी होगी। अभी कुछ नहीं मंगवाया गया।

## States

state-draft = पढ़ा जा रहा है
state-asking = आपके जवाब का इंतज़ार
state-to_confirm = आपकी पुष्टि का इंतज़ार
state-to_approve = मंज़ूरी का इंतज़ार
state-approved = मंज़ूर
state-ordering = मंगवाया जा रहा है
state-ordered = मंगवाया गया
state-part_received = कुछ मिल गया
state-received = मिल गया
state-closed = बंद
state-rejected = नामंज़ूर
state-cancelled = रद्द
state-expired = बिना जवाब छोड़ा गया
line-backordered = बाद में आएगा
line-substituted = दूसरे सामान से बदला गया
line-refused = सप्लायर ने नहीं लिया
line-unknown = सप्लायर से पूछा जा रहा है

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] सोम
    [2] मंगल
    [3] बुध
    [4] गुरु
    [5] शुक्र
    [6] शनि
   *[7] रवि
} { $day } { $month ->
    [1] जन॰
    [2] फ़र॰
    [3] मार्च
    [4] अप्रैल
    [5] मई
    [6] जून
    [7] जुल॰
    [8] अग॰
    [9] सित॰
    [10] अक्टू॰
    [11] नव॰
   *[12] दिस॰
} { $year }

## Units

unit-C62 = नग
unit-PR = जोड़ी
unit-SET = सेट
unit-KGM = kg
unit-GRM = g
unit-TNE = टन
unit-DTN = क्विंटल
unit-NL = ट्रॉली
unit-LBR = lb
unit-LTR = लीटर
unit-MLT = ml
unit-MTR = मीटर
unit-MMT = mm
unit-FOT = फ़ुट
unit-MTK = वर्ग मीटर
unit-MTQ = घन मीटर
unit-XBG = बोरी
unit-XBX = { $count ->
    [one] डिब्बा
   *[other] डिब्बे
}
unit-XRO = रोल
unit-XPX = पैलेट
unit-XST = शीट
unit-XDR = ड्रम
unit-XCT = कार्टन
unit-XPK = पैक
unit-XBO = बोतल
unit-XCA = कैन
unit-XTU = ट्यूब
unit-XBE = बंडल
unit-XLG = लेंथ
unit-XCR = क्रेट
unit-XJY = जेरीकैन
unit-XTI = टिन
unit-XBJ = बाल्टी
unit-RM = रीम
unit-XTY = ट्रे
unit-XCL = कॉइल
unit-XRL = रील
unit-LO = लॉट
unit-HUR = { $count ->
    [one] घंटा
   *[other] घंटे
}
unit-CMT = cm
unit-INH = इंच
unit-YRD = गज
unit-GLL = गैलन
unit-E54 = { $count ->
    [one] फेरा
   *[other] फेरे
}
unit-XCY = सिलेंडर
unit-XCS = केस
unit-XBA = बैरल
unit-XBL = गाँठ
unit-XJR = मर्तबान
unit-XJG = जग
unit-XPA = पैकेट
unit-XSO = स्पूल
unit-XBR = बार
unit-XRD = सरिया
unit-XTB = टब
unit-XBK = टोकरी
unit-XPO = पाउच
unit-XSH = सैशे
