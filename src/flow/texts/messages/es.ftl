# What people are sent, in Spanish. What is missing here is sent in English.

## Buttons: at most 20 characters

button-confirm = Confirmar
button-change = Cambiar
button-cancel = Cancelar
button-approve = Aprobar
button-reject = Rechazar
button-take-off = Quitarlo
button-office = Que busque oficina
button-additional = Adicional
button-right = Es correcto
button-leave-out = Dejarlo fuera
button-order-it = Pedirlo
button-not-an-order = No es un pedido
button-continue = Continuar
button-choose = Elegir

## Words that a person is told to write

word-status = Estado de mi pedido
word-cancel = cancelar
word-yes = sí

## Lines

amount = { $number } { $unit }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = («{ $words }»)
mark-was = (antes { $quantity })
mark-forwarded = (reenviado)
mark-voice = (de una nota de voz)
mark-picture = (de una foto)
mark-document = (de un documento)

## The read-back

read-back = Solicitud { $request }, para { $site }:
read-back-by = Solicitud { $request }, para { $site }, a más tardar el { $date }:
estimate = Unos { $amount } con flete e impuestos.
is-this-right = ¿Es correcto?
note-repeated = Envió el mismo texto más de una vez: lo conté una sola vez.
note-left-out = Esto lo tomé por conversación y no pedí nada por ello: «{ $words }»
note-taken-off = Quitado: { $line }
note-office-looks = «{ $name }» no está en el catálogo: la oficina lo busca y le preguntamos antes de pedirlo.
note-place-was = El sitio era { $site }.
note-date-was = El día era { $date }.
note-same-as = Lo mismo que la solicitud { $request } del { $date }.

## Questions

questions = Solicitud { $request }:
before-going-on = Antes de seguir:
answer-like = Responda por ejemplo «{ $example }».
yes-to-all = Escriba «{ word-yes }» si todo eso es correcto, o qué debe cambiar.
ask-quantity = { $name }: ¿qué cantidad?
ask-unit = ¿En qué unidad es «{ $words }»: piezas, bolsas, kg u otra cosa?
ask-pack = «{ $words }»: ¿cuánto trae cada uno, o cuántos son en total?
ask-variant = { $name }: ¿de qué tipo?
ask-number = ¿Cuánto es «{ $words }»?
ask-date = ¿Qué día es «{ $words }»?
ask-place = ¿Para qué sitio es?
ask-place-of = ¿Qué sitio es «{ $words }»?
ask-place-unknown = No conozco el sitio «{ $words }». ¿Cuál es?
ask-reference = ¿A qué se refiere «{ $words }»?
ask-what = ¿Qué es «{ $words }»?
ask-again = «{ $words }»: ¿otra vez, o es lo mismo?
ask-report = «{ $words }»: ¿quiere que lo pida, o solo me informa?
ask-what-for = ¿Para qué es «{ $words }»?
ask-not-understood = No entendí «{ $words }». ¿Qué quiere decir?
ask-flood = Envió más mensajes de los que puedo leer a la vez: ¿la lista está completa?
ask-which-item = «{ $words }»: ¿cuál?
ask-no-item = «{ $words }» no está en el catálogo. ¿Tiene otro nombre, o lo quito?
ask-sold-by = Escribió { $said }, pero { $name } se vende por { $unit }. ¿Cuánto es eso?
ask-no-supplier = Ningún proveedor vende { $name } en este momento. ¿Lo quito?
ask-duplicate = { $requester } ya pidió { $quantity } { $name } el { $date } (solicitud { $request }, { $state }). ¿Es adicional, o es lo mismo?
ask-looks-odd = Por favor mire esto otra vez: ¿está bien?
card-looks-odd = Algo aquí parece raro: por favor revíselo con cuidado.
ask-dearer = { $name } cuesta { $price }, la última vez fueron { $before }. ¿Está bien el precio más alto?
ask-cheaper = { $name } cuesta { $price }, la última vez fueron { $before }. ¿Es la misma unidad y el mismo envase?

## What cannot be read

unread-voice = Todavía no puedo escuchar notas de voz: por favor escríbalo.
unread-image = Todavía no puedo leer fotos: por favor escriba lo que dice.
unread-video = Todavía no puedo ver videos: por favor escríbalo.
unread-document = Todavía no puedo leer documentos: por favor escriba las líneas.
unread-sticker = No puedo leer stickers: por favor escríbalo.
unread-location = Todavía no puedo usar ubicaciones: por favor escriba el nombre del sitio.
unread-contacts = Todavía no puedo usar contactos: por favor escriba lo que necesita.
unread-cart = Todavía no puedo leer carritos de WhatsApp: por favor escriba las líneas.
unread-edit = Editó un mensaje y WhatsApp no me muestra lo que dice ahora: por favor envíelo de nuevo.
unread-revoke = Borró un mensaje: por favor dígame con palabras qué debe cambiar.
unread-unsupported = WhatsApp no pudo mostrarme uno de sus mensajes: por favor escríbalo.

## Answers to talk

hello = Hola, { $name }.
welcome = De nada.
help = Escriba qué necesita, cuánto y para dónde, por ejemplo: «20 bolsas de cemento y 5 rollos de cable 2.5mm para la obra norte mañana». Se lo leo antes de pedir nada. «{ word-status }» muestra sus solicitudes, «{ word-cancel }» anula una abierta.
nothing-found = No encontré nada que pedir en eso.
report = Lo leí como un informe, así que no pedí nada. Si quiere pedirlo, escriba «por favor pida» delante.
where-it-is = Solicitud { $request }: { $state }. Escriba qué debe cambiar, o «{ word-cancel }».
press-confirm = Pulse Confirmar debajo de la solicitud { $request }, o responda a ese mensaje con «{ word-yes }».
stranger = Hola. Recibo solicitudes de compra, pero todavía no conozco este número. Ya avisé a la oficina; ellos pueden agregarlo.
person-told = Ya avisé a { $name }, que le escribirá.
office-told = Ya avisé a la oficina: alguien le escribirá.
handed-over = No pude aclarar con usted la solicitud { $request }; ahora la tiene { $name }, que le escribirá.
handed-to-office = No pude aclarar con usted la solicitud { $request }; ahora la tiene la oficina: alguien le escribirá.
status-none = Todavía no tiene solicitudes.
status-request = Solicitud { $request }: { $state }
status-wanted = Solicitud { $request }, para el { $date }: { $state }
status-line = • { $quantity } { $name }: { $state }
status-order = { $state }, número { $number } en { $supplier }
enquiry = Esto coincide con «{ $words }». Elija lo que quiere pedir.
enquiry-item = { $name }: { $price } / { $unit }
enquiry-no-price = { $name }: sin precio por ahora
enquiry-what = ¿De qué artículo se trata? Escriba su nombre, por ejemplo «precio del cemento».
again-which = ¿Cuál quiere otra vez?
again-none = No encuentro esa solicitud anterior. Escriba lo que necesita.
again-lines = { $count ->
    [0] { $line }
    [one] { $line } y { $count } línea más
   *[other] { $line } y { $count } líneas más
}
held = La solicitud { $request } está en espera: no se pide nada hasta que pulse Continuar.
hold-none = No tiene nada abierto que pueda poner en espera.
cancel-which = ¿Qué solicitud cancelo?
cancel-none = No tiene nada abierto que cancelar.
cancelled = La solicitud { $request } está cancelada. No se pedirá nada.
not-cancelled = La solicitud { $request } ya no se puede cancelar ({ $state }).
too-late = La solicitud { $request } ya está con el proveedor, así que no cambié nada. Pasé su mensaje a la oficina: verán qué se puede hacer.
ask-change = ¿Qué debe cambiar en la solicitud { $request }? Escriba por ejemplo «el cemento que sean 15» o «quita la línea 2».
recall = La solicitud { $request } sigue esperando su respuesta. Sin ella la descartaré más tarde hoy.
expired = La solicitud { $request } no tuvo respuesta en un día: la descarté. No se pidió nada.

## Presses

not-yours = Ese botón es para quien hizo la solicitud.
older-version = Ese botón es de una versión anterior de la solicitud { $request }, así que no hizo nada. Use el mensaje más reciente.
already = La solicitud { $request } ya pasó ese punto ({ $state }). Para cambiarla, escríbame.
unknown-answer = Ya no conozco esa respuesta.
unknown-button = Ya no conozco ese botón.
unknown-request = No conozco esa solicitud.

## Approval

approval-card = { $requester } pide aprobar { $number } (solicitud { $request }), de { $supplier } para { $site }:
approval-card-by = { $requester } pide aprobar { $number } (solicitud { $request }), de { $supplier } para { $site }, a más tardar el { $date }:
approval-line = { $line } a { $price }
approval-sums = Flete { $freight }, impuestos { $tax }.
approval-total = Total { $total }.
approval-note = Nota: { $text }
approval-words = Sus palabras: «{ $words }»
approval-changed = Cambió desde que se aprobó: { $changed }
price-moved = { $name } cuesta ahora { $now }, lo aprobado era { $before }.
approval-too-old = La aprobación era demasiado antigua.
waits-for-approval = Gracias. La solicitud { $request } espera la aprobación de { $approver }.
waits-in-console = Gracias. La solicitud { $request } espera aprobación. { $approver } debe abrirla en la consola de Sutler, porque ahora no puedo escribirle: por favor avísele.
back-to-approval = La solicitud { $request } vuelve a { $approver } para su aprobación: { $changed }
nobody-may-approve = La solicitud { $request } suma { $total }. Nadie puede aprobar ese monto: ya avisé a la oficina.
no-order = La solicitud { $request } todavía no se puede pedir: { $why } Ya avisé a la oficina.
office-found-nothing = Solicitud { $request }: la oficina no encontró { $line }, así que no se pide.
no-order-site = no indica ningún sitio.
no-order-line = ningún proveedor vende ya la línea { $line }.
no-order-account = no hay cuenta en { $supplier }.
no-order-sum = los montos de { $supplier } no se pueden sumar.
approved-by = { $by } aprobó la solicitud { $request }. Estoy haciendo el pedido a { $supplier }.
approved-by-rule = La solicitud { $request } no necesita aprobación. Estoy haciendo el pedido a { $supplier }.
rejected = { $by } rechazó el pedido a { $supplier } de la solicitud { $request }.
rejected-because = { $by } rechazó el pedido a { $supplier } de la solicitud { $request }: { $reason }
write-again = Escríbame de nuevo si necesita otra cosa.
you-approved = Aprobado: { $number } por { $total }. Lo estoy pidiendo.
you-rejected = Rechazado: { $number }. No se pide nada.
approval-unknown = No conozco esa aprobación.
approval-gone = Ese pedido ya no existe.
approval-not-yours = { $number } no le toca decidirlo a usted.
approval-no-right = Usted ya no puede aprobar.
approval-own = No aprobado: lo pidió usted mismo.
approval-limit = No aprobado: el monto supera su límite.
approval-no-limit = No aprobado: usted no tiene un límite fijado.
approved-already = { $number } ya estaba aprobado.
rejected-already = { $number } ya estaba rechazado.
changed-since = { $number } cambió desde entonces, así que ese botón no hizo nada.
changed-meanwhile = { $number } cambió mientras tanto: no está aprobado.

## Orders

ordered = Pedido a { $supplier }, su número { $number } (solicitud { $request }):
order-unknown = { $supplier } no respondió cuando hice el pedido de la solicitud { $request }. Estoy averiguando si el pedido se hizo. Por favor, todavía no lo pida en otra parte.
order-with-person = No pude averiguar si { $supplier } tiene el pedido de la solicitud { $request }. Alguien de la oficina les está preguntando: le avisaré.
order-refused = { $supplier } no acepta el pedido de la solicitud { $request }: { $why }. Allí no se pidió nada. Escriba qué quiere en su lugar, o pida otro artículo.
needs-office = El pedido de la solicitud { $request } a { $supplier } tiene que esperar: alguien de la oficina debe revisar antes el sitio del proveedor. Todavía no se pidió nada.

## States

state-draft = leyéndose
state-asking = espera su respuesta
state-to_confirm = espera que confirme
state-to_approve = espera aprobación
state-approved = aprobada
state-ordering = pidiéndose
state-ordered = pedida
state-part_received = recibida en parte
state-received = recibida
state-closed = cerrada
state-rejected = rechazada
state-cancelled = cancelada
state-expired = descartada sin respuesta
line-backordered = llega más tarde
line-substituted = reemplazada por otro artículo
line-refused = no la acepta el proveedor
line-unknown = se está consultando al proveedor

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] lun
    [2] mar
    [3] mié
    [4] jue
    [5] vie
    [6] sáb
   *[7] dom
} { $day } { $month ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sep
    [10] oct
    [11] nov
   *[12] dic
} { $year }

## Units

unit-C62 = { $count ->
    [one] pieza
   *[other] piezas
}
unit-PR = { $count ->
    [one] par
   *[other] pares
}
unit-SET = { $count ->
    [one] juego
   *[other] juegos
}
unit-KGM = kg
unit-GRM = g
unit-TNE = { $count ->
    [one] tonelada
   *[other] toneladas
}
unit-DTN = { $count ->
    [one] quintal
   *[other] quintales
}
unit-NL = { $count ->
    [one] carga de remolque
   *[other] cargas de remolque
}
unit-LBR = lb
unit-LTR = { $count ->
    [one] litro
   *[other] litros
}
unit-MLT = ml
unit-MTR = { $count ->
    [one] metro
   *[other] metros
}
unit-MMT = mm
unit-FOT = { $count ->
    [one] pie
   *[other] pies
}
unit-MTK = { $count ->
    [one] metro cuadrado
   *[other] metros cuadrados
}
unit-MTQ = { $count ->
    [one] metro cúbico
   *[other] metros cúbicos
}
unit-XBG = { $count ->
    [one] bolsa
   *[other] bolsas
}
unit-XBX = { $count ->
    [one] caja
   *[other] cajas
}
unit-XRO = { $count ->
    [one] rollo
   *[other] rollos
}
unit-XPX = { $count ->
    [one] tarima
   *[other] tarimas
}
unit-XST = { $count ->
    [one] lámina
   *[other] láminas
}
unit-XDR = { $count ->
    [one] tambor
   *[other] tambores
}
unit-XCT = { $count ->
    [one] cartón
   *[other] cartones
}
unit-XPK = { $count ->
    [one] paquete
   *[other] paquetes
}
unit-XBO = { $count ->
    [one] botella
   *[other] botellas
}
unit-XCA = { $count ->
    [one] lata
   *[other] latas
}
unit-XTU = { $count ->
    [one] tubo
   *[other] tubos
}
unit-XBE = { $count ->
    [one] atado
   *[other] atados
}
unit-XLG = { $count ->
    [one] tira
   *[other] tiras
}
unit-XCR = { $count ->
    [one] jaba
   *[other] jabas
}
unit-XJY = { $count ->
    [one] bidón
   *[other] bidones
}
unit-XTI = { $count ->
    [one] bote
   *[other] botes
}
unit-XBJ = { $count ->
    [one] balde
   *[other] baldes
}
unit-RM = { $count ->
    [one] resma
   *[other] resmas
}
unit-XTY = { $count ->
    [one] bandeja
   *[other] bandejas
}
unit-XCL = { $count ->
    [one] bobina
   *[other] bobinas
}
unit-XRL = { $count ->
    [one] carrete
   *[other] carretes
}
unit-LO = { $count ->
    [one] lote
   *[other] lotes
}
unit-HUR = { $count ->
    [one] hora
   *[other] horas
}
unit-CMT = cm
unit-INH = { $count ->
    [one] pulgada
   *[other] pulgadas
}
unit-YRD = { $count ->
    [one] yarda
   *[other] yardas
}
unit-GLL = { $count ->
    [one] galón
   *[other] galones
}
unit-E54 = { $count ->
    [one] viaje
   *[other] viajes
}
unit-XCY = { $count ->
    [one] cilindro
   *[other] cilindros
}
unit-XCS = { $count ->
    [one] cajón
   *[other] cajones
}
unit-XBA = { $count ->
    [one] barril
   *[other] barriles
}
unit-XBL = { $count ->
    [one] fardo
   *[other] fardos
}
unit-XJR = { $count ->
    [one] frasco
   *[other] frascos
}
unit-XJG = { $count ->
    [one] jarra
   *[other] jarras
}
unit-XPA = { $count ->
    [one] paquetito
   *[other] paquetitos
}
unit-XSO = { $count ->
    [one] carrete
   *[other] carretes
}
unit-XBR = { $count ->
    [one] barra
   *[other] barras
}
unit-XRD = { $count ->
    [one] varilla
   *[other] varillas
}
unit-XTB = { $count ->
    [one] tina
   *[other] tinas
}
unit-XBK = { $count ->
    [one] cesta
   *[other] cestas
}
unit-XPO = { $count ->
    [one] bolsita
   *[other] bolsitas
}
unit-XSH = { $count ->
    [one] sobre
   *[other] sobres
}
