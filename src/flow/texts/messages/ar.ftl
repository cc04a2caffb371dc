# What people are sent, in Arabic. What is missing here is sent in English.

## Buttons: at most 20 characters

button-confirm = تأكيد
button-change = تعديل
button-cancel = إلغاء
button-approve = موافقة
button-reject = رفض
button-take-off = احذفه
button-office = اسأل المكتب
button-additional = إضافي
button-right = هذا صحيح
button-leave-out = اتركه
button-order-it = اطلبه
button-not-an-order = ليس طلبًا
button-continue = متابعة
button-choose = اختر

## Words that a person is told to write

word-status = حالة الطلب
word-cancel = إلغاء
word-yes = نعم

## Lines

amount = { $number } { $unit }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = («{ $words }»)
mark-was = (كان { $quantity })
mark-forwarded = (معاد توجيهه)
mark-voice = (من رسالة صوتية)
mark-picture = (من صورة)
mark-document = (من مستند)

## The read-back

read-back = الطلب { $request }، إلى { $site }:
read-back-by = الطلب { $request }، إلى { $site }، في موعد أقصاه { $date }:
estimate = حوالي { $amount } مع النقل والضريبة.
is-this-right = هل هذا صحيح؟
note-repeated = أرسلت النص نفسه أكثر من مرة: حسبته مرة واحدة.
note-left-out = اعتبرت هذا كلاماً ولم أطلب شيئاً له: «{ $words }»
note-taken-off = حُذف: { $line }
note-office-looks = «{ $name }» ليس في القائمة: المكتب يبحث عنه، وستُسأل قبل طلبه.
note-place-was = كان الموقع { $site }.
note-date-was = كان اليوم { $date }.
note-same-as = مثل الطلب { $request } بتاريخ { $date }.

## Questions

questions = الطلب { $request }:
before-going-on = قبل أن أتابع:
answer-like = أجب مثلًا «{ $example }».
yes-to-all = اكتب «{ word-yes }» إذا كان كل ذلك صحيحًا، أو ما يجب تغييره.
ask-quantity = { $name }: كم الكمية؟
ask-unit = بأي وحدة «{ $words }»: قطع أم أكياس أم كغ أم غير ذلك؟
ask-pack = «{ $words }»: كم في كل واحد، أو كم العدد كله؟
ask-variant = { $name }: من أي نوع؟
ask-number = كم يعني «{ $words }»؟
ask-date = أي يوم هو «{ $words }»؟
ask-place = لأي موقع هذا؟
ask-place-of = أي موقع هو «{ $words }»؟
ask-place-unknown = لا أعرف الموقع «{ $words }». أي موقع هو؟
ask-reference = إلى ماذا يشير «{ $words }»؟
ask-what = ما هو «{ $words }»؟
ask-again = «{ $words }»: مرة أخرى، أم هو نفسه؟
ask-report = «{ $words }»: هل تريد طلبه، أم تخبرني فقط؟
ask-what-for = لأي غرض «{ $words }»؟
ask-not-understood = لم أفهم «{ $words }». ما المقصود؟
ask-flood = أرسلت رسائل أكثر مما أستطيع قراءته دفعة واحدة: هل القائمة كاملة؟
ask-which-item = «{ $words }»: أي واحد؟
ask-no-item = «{ $words }» ليس في القائمة. هل له اسم آخر، أم أحذفه؟
ask-sold-by = كتبت { $said }، لكن { $name } يباع بوحدة { $unit }. كم يساوي ذلك؟
ask-no-supplier = لا يوجد مورد يبيع { $name } حاليًا. هل أحذفه؟
ask-duplicate = طلب { $requester } من قبل { $quantity } { $name } يوم { $date } (الطلب { $request }، { $state }). هل هذا إضافي، أم هو نفسه؟
ask-looks-odd = من فضلك انظر إلى هذا مرة أخرى: هل هو صحيح؟
card-looks-odd = في هذا شيء غير معتاد: من فضلك راجعه بعناية.
ask-dearer = سعر { $name } هو { $price }، وكان في المرة الأخيرة { $before }. هل السعر الأعلى مقبول؟
ask-cheaper = سعر { $name } هو { $price }، وكان في المرة الأخيرة { $before }. هل هي الوحدة والعبوة نفسها؟

## What cannot be read

unread-voice = لا أستطيع سماع الرسائل الصوتية بعد: اكتبها من فضلك.
unread-image = لا أستطيع قراءة الصور بعد: اكتب ما فيها من فضلك.
unread-video = لا أستطيع مشاهدة الفيديو بعد: اكتبه من فضلك.
unread-document = لا أستطيع قراءة المستندات بعد: اكتب البنود من فضلك.
unread-sticker = لا أستطيع قراءة الملصقات: اكتبها من فضلك.
unread-location = لا أستطيع استخدام المواقع على الخريطة بعد: اكتب اسم الموقع من فضلك.
unread-contacts = لا أستطيع استخدام بطاقات الاتصال بعد: اكتب ما تحتاجه من فضلك.
unread-cart = لا أستطيع قراءة سلات واتساب بعد: اكتب البنود من فضلك.
unread-edit = عدّلت رسالة، وواتساب لا يُظهر لي نصها الآن: أرسلها من جديد من فضلك.
unread-revoke = حذفت رسالة: أخبرني كتابةً بما يجب تغييره من فضلك.
unread-unsupported = لم يتمكن واتساب من عرض إحدى رسائلك: اكتبها من فضلك.

## Answers to talk

hello = مرحبًا { $name }.
welcome = على الرحب والسعة.
help = اكتب ما تحتاجه والكمية والمكان، مثلًا: «20 كيس أسمنت و5 لفات كابل 2.5mm إلى الموقع الشمالي غدًا». أقرأه عليك قبل طلب أي شيء. «{ word-status }» تعرض طلباتك، و«{ word-cancel }» تلغي طلبًا مفتوحًا.
nothing-found = لم أجد في ذلك ما يُطلب.
report = فهمته كتقرير، فلم أطلب شيئًا. إذا أردت طلبه فاكتب قبله «أريد طلب».
where-it-is = الطلب { $request }: { $state }. اكتب ما يجب تغييره، أو «{ word-cancel }».
press-confirm = اضغط «تأكيد» تحت الطلب { $request }، أو رد على تلك الرسالة بكلمة «{ word-yes }».
stranger = مرحبًا. أستقبل طلبات الشراء، لكني لا أعرف هذا الرقم بعد. أُبلغ المكتب، ويمكنهم إضافتك.
person-told = أبلغت { $name }، وسيكتب إليك.
office-told = أبلغت المكتب: سيكتب إليك أحدهم.
handed-over = لم أتمكن من إتمام الطلب { $request } معك، فهو الآن عند { $name } الذي سيكتب إليك.
handed-to-office = لم أتمكن من إتمام الطلب { $request } معك، فهو الآن عند المكتب: سيكتب إليك أحدهم.
status-none = ليس لديك طلبات بعد.
status-request = الطلب { $request }: { $state }
status-wanted = الطلب { $request }، مطلوب في { $date }: { $state }
status-line = • { $quantity } { $name }: { $state }
status-order = { $state }، رقمه { $number } لدى { $supplier }
enquiry = هذا ما يوافق «{ $words }». اختر ما تريد طلبه.
enquiry-item = { $name }: { $price } / { $unit }
enquiry-no-price = { $name }: لا سعر له حاليًا
enquiry-what = أي صنف تقصد؟ اكتب اسمه، مثلًا «سعر الأسمنت».
again-which = أيها تريد من جديد؟
again-none = لا أجد طلبًا سابقًا كهذا. اكتب ما تحتاجه.
again-lines = { $count ->
    [0] { $line }
    [one] { $line } وبند آخر
    [two] { $line } وبندان آخران
    [few] { $line } و{ $count } بنود أخرى
    [many] { $line } و{ $count } بندًا آخر
   *[other] { $line } و{ $count } بند آخر
}
held = الطلب { $request } موقوف: لا يُطلب شيء حتى تضغط «متابعة».
hold-none = ليس لديك شيء مفتوح أوقفه.
cancel-which = أي طلب ألغي؟
cancel-none = ليس لديك شيء مفتوح ألغيه.
cancelled = أُلغي الطلب { $request }. لن يُطلب شيء.
not-cancelled = لم يعد ممكنًا إلغاء الطلب { $request } ({ $state }).
too-late = الطلب { $request } صار عند المورد، فلم أغيّر شيئًا. نقلت رسالتك إلى المكتب، وسيرون ما يمكن فعله.
ask-change = ما الذي يجب تغييره في الطلب { $request }؟ اكتب مثلًا «خلي الأسمنت 15» أو «احذف السطر 2».
recall = ما زال الطلب { $request } ينتظر جوابك. من دونه سأتركه لاحقًا اليوم.
expired = بقي الطلب { $request } يومًا بلا جواب: تركته. لم يُطلب شيء.

## Presses

not-yours = هذا الزر لصاحب الطلب.
older-version = هذا الزر يخص نسخة أقدم من الطلب { $request }، فلم يفعل شيئًا. استخدم أحدث رسالة من فضلك.
already = تجاوز الطلب { $request } هذه المرحلة ({ $state }). لتعديله اكتب إليّ.
unknown-answer = لم أعد أعرف هذا الجواب.
unknown-button = لم أعد أعرف هذا الزر.
unknown-request = لا أعرف هذا الطلب.

## Approval

approval-card = يطلب { $requester } الموافقة على { $number } (الطلب { $request })، من { $supplier } إلى { $site }:
approval-card-by = يطلب { $requester } الموافقة على { $number } (الطلب { $request })، من { $supplier } إلى { $site }، في موعد أقصاه { $date }:
approval-line = { $line } بسعر { $price }
approval-sums = النقل { $freight }، الضريبة { $tax }.
approval-total = المجموع { $total }.
approval-note = ملاحظة: { $text }
approval-words = كلماته: «{ $words }»
approval-changed = تغيّر منذ الموافقة عليه: { $changed }
price-moved = سعر { $name } الآن { $now }، وكان السعر الموافق عليه { $before }.
approval-too-old = كانت الموافقة قديمة جدًا.
waits-for-approval = شكرًا. الطلب { $request } ينتظر موافقة { $approver }.
waits-in-console = شكرًا. الطلب { $request } ينتظر الموافقة. على { $approver } فتحه في لوحة Sutler، لأني لا أستطيع الكتابة إليه الآن: أخبره من فضلك.
back-to-approval = عاد الطلب { $request } إلى { $approver } للموافقة: { $changed }
nobody-may-approve = يبلغ الطلب { $request } ‏{ $total }. لا أحد مخوّل بالموافقة على هذا المبلغ: أُبلغ المكتب.
no-order = لا يمكن طلب { $request } بعد: { $why } أُبلغ المكتب.
office-found-nothing = الطلب { $request }: لم يجد المكتب { $line }، لذلك لن يُطلب.
no-order-site = لا يذكر أي موقع.
no-order-line = لم يعد أي مورد يبيع السطر { $line }.
no-order-account = لا يوجد حساب لدى { $supplier }.
no-order-sum = لا يمكن جمع مبالغ { $supplier }.
approved-by = وافق { $by } على الطلب { $request }. أطلبه الآن من { $supplier }.
approved-by-rule = لا يحتاج الطلب { $request } إلى موافقة. أطلبه الآن من { $supplier }.
rejected = رفض { $by } الشراء من { $supplier } للطلب { $request }.
rejected-because = رفض { $by } الشراء من { $supplier } للطلب { $request }: { $reason }
write-again = اكتب إليّ من جديد إذا احتجت شيئًا آخر.
you-approved = تمت الموافقة: { $number } بمبلغ { $total }. أطلبه الآن.
you-rejected = تم الرفض: { $number }. لن يُطلب شيء.
approval-unknown = لا أعرف طلب الموافقة هذا.
approval-gone = لم يعد هذا الشراء موجودًا.
approval-not-yours = القرار في { $number } ليس لك.
approval-no-right = لم يعد بإمكانك الموافقة.
approval-own = لم تتم الموافقة: أنت من طلبه.
approval-limit = لم تتم الموافقة: المبلغ أعلى من حدّك.
approval-no-limit = لم تتم الموافقة: لم يُحدد لك حد.
approved-already = تمت الموافقة على { $number } من قبل.
rejected-already = رُفض { $number } من قبل.
changed-since = تغيّر { $number } منذ ذلك، فلم يفعل هذا الزر شيئًا.
changed-meanwhile = تغيّر { $number } في هذه الأثناء: لم تتم الموافقة عليه.

## Orders

ordered = طُلب من { $supplier }، رقمه لديهم { $number } (الطلب { $request }):
order-unknown = لم يُجب { $supplier } عندما أرسلت الطلب { $request }. أتحقق مما إذا كان الشراء قد تم. لا تطلبه من مكان آخر بعد من فضلك.
order-with-person = لم أتمكن من معرفة ما إذا كان لدى { $supplier } شراء الطلب { $request }. يسألهم أحد من المكتب: سأخبرك.
order-refused = لا يقبل { $supplier } شراء الطلب { $request }: { $why }. لم يُطلب شيء هناك. اكتب ما تريده بدلًا منه، أو اطلب صنفًا آخر.
needs-office = على شراء الطلب { $request } من { $supplier } أن ينتظر: يجب أن ينظر أحد من المكتب أولًا في موقع المورد. لم يُطلب شيء بعد.

## States

state-draft = قيد القراءة
state-asking = ينتظر جوابك
state-to_confirm = ينتظر تأكيدك
state-to_approve = ينتظر الموافقة
state-approved = تمت الموافقة عليه
state-ordering = قيد الشراء
state-ordered = تم شراؤه
state-part_received = وصل بعضه
state-received = وصل
state-closed = مغلق
state-rejected = مرفوض
state-cancelled = ملغى
state-expired = تُرك بلا جواب
line-backordered = يأتي لاحقًا
line-substituted = استُبدل بصنف آخر
line-refused = لم يقبله المورد
line-unknown = يُسأل عنه المورد

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] الاثنين
    [2] الثلاثاء
    [3] الأربعاء
    [4] الخميس
    [5] الجمعة
    [6] السبت
   *[7] الأحد
} { $day } { $month ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
} { $year }

## Units

unit-C62 = { $count ->
    [few] قطع
   *[other] قطعة
}
unit-PR = { $count ->
    [few] أزواج
    [many] زوجًا
   *[other] زوج
}
unit-SET = { $count ->
    [few] أطقم
    [many] طقمًا
   *[other] طقم
}
unit-KGM = كغ
unit-GRM = غ
unit-TNE = { $count ->
    [few] أطنان
    [many] طنًا
   *[other] طن
}
unit-DTN = قنطار
unit-NL = حمولة
unit-LBR = { $count ->
    [few] أرطال
    [many] رطلًا
   *[other] رطل
}
unit-LTR = { $count ->
    [few] لترات
    [many] لترًا
   *[other] لتر
}
unit-MLT = مل
unit-MTR = { $count ->
    [few] أمتار
    [many] مترًا
   *[other] متر
}
unit-MMT = مم
unit-FOT = { $count ->
    [few] أقدام
    [many] قدمًا
   *[other] قدم
}
unit-MTK = { $count ->
    [few] أمتار مربعة
    [many] مترًا مربعًا
   *[other] متر مربع
}
unit-MTQ = { $count ->
    [few] أمتار مكعبة
    [many] مترًا مكعبًا
   *[other] متر مكعب
}
unit-XBG = { $count ->
    [few] أكياس
    [many] كيسًا
   *[other] كيس
}
unit-XBX = { $count ->
    [few] صناديق
    [many] صندوقًا
   *[other] صندوق
}
unit-XRO = { $count ->
    [few] لفات
   *[other] لفة
}
unit-XPX = { $count ->
    [few] طبليات
   *[other] طبلية
}
unit-XST = { $count ->
    [few] ألواح
    [many] لوحًا
   *[other] لوح
}
unit-XDR = { $count ->
    [few] براميل
    [many] برميلًا
   *[other] برميل
}
unit-XCT = { $count ->
    [few] كراتين
   *[other] كرتونة
}
unit-XPK = { $count ->
    [few] عبوات
   *[other] عبوة
}
unit-XBO = { $count ->
    [few] زجاجات
   *[other] زجاجة
}
unit-XCA = { $count ->
    [few] علب
   *[other] علبة
}
unit-XTU = { $count ->
    [few] أنابيب
    [many] أنبوبًا
   *[other] أنبوب
}
unit-XBE = { $count ->
    [few] حزم
   *[other] حزمة
}
unit-XLG = { $count ->
    [few] قضبان طويلة
    [many] قضيبًا طويلًا
   *[other] قضيب طويل
}
unit-XCR = { $count ->
    [few] أقفاص
    [many] قفصًا
   *[other] قفص
}
unit-XJY = { $count ->
    [few] جراكن
    [many] جركنًا
   *[other] جركن
}
unit-XTI = { $count ->
    [few] صفائح
   *[other] صفيحة
}
unit-XBJ = { $count ->
    [few] دلاء
    [many] دلوًا
   *[other] دلو
}
unit-RM = { $count ->
    [few] رزم
   *[other] رزمة
}
unit-XTY = { $count ->
    [few] صوان
   *[other] صينية
}
unit-XCL = { $count ->
    [few] ملفات
    [many] ملفًا
   *[other] ملف
}
unit-XRL = { $count ->
    [few] بكرات
   *[other] بكرة
}
unit-LO = { $count ->
    [few] دفعات
   *[other] دفعة
}
unit-HUR = { $count ->
    [few] ساعات
   *[other] ساعة
}
unit-CMT = سم
unit-INH = { $count ->
    [few] بوصات
   *[other] بوصة
}
unit-YRD = { $count ->
    [few] ياردات
   *[other] ياردة
}
unit-GLL = { $count ->
    [few] غالونات
    [many] غالونًا
   *[other] غالون
}
unit-E54 = { $count ->
    [few] نقلات
   *[other] نقلة
}
unit-XCY = { $count ->
    [few] أسطوانات
   *[other] أسطوانة
}
unit-XCS = { $count ->
    [few] صناديق خشبية
    [many] صندوقًا خشبيًا
   *[other] صندوق خشبي
}
unit-XBA = { $count ->
    [few] براميل كبيرة
    [many] برميلًا كبيرًا
   *[other] برميل كبير
}
unit-XBL = { $count ->
    [few] بالات
   *[other] بالة
}
unit-XJR = { $count ->
    [few] مرطبانات
    [many] مرطبانًا
   *[other] مرطبان
}
unit-XJG = { $count ->
    [few] أباريق
    [many] إبريقًا
   *[other] إبريق
}
unit-XPA = { $count ->
    [few] باكيتات
   *[other] باكيت
}
unit-XSO = { $count ->
    [few] بكرات صغيرة
   *[other] بكرة صغيرة
}
unit-XBR = { $count ->
    [few] قضبان
    [many] قضيبًا
   *[other] قضيب
}
unit-XRD = { $count ->
    [few] أسياخ
    [many] سيخًا
   *[other] سيخ
}
unit-XTB = { $count ->
    [few] أحواض
    [many] حوضًا
   *[other] حوض
}
unit-XBK = { $count ->
    [few] سلال
   *[other] سلة
}
unit-XPO = { $count ->
    [few] أجربة
    [many] جرابًا
   *[other] جراب
}
unit-XSH = { $count ->
    [few] أظرف
    [many] ظرفًا
   *[other] ظرف
}
