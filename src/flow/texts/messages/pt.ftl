# What people are sent, in Portuguese. What is missing here is sent in English.

## Buttons: at most 20 characters

button-confirm = Confirmar
button-change = Alterar
button-cancel = Cancelar
button-approve = Aprovar
button-reject = Recusar
button-take-off = Tirar
button-office = O escritório procura
button-additional = Adicional
button-right = Está certo
button-leave-out = Deixar de fora
button-order-it = Pedir
button-not-an-order = Não é um pedido
button-continue = Continuar
button-choose = Escolher

## Words that a person is told to write

word-status = Status
word-cancel = cancelar
word-yes = sim

## Lines

amount = { $number } { $unit }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = (“{ $words }”)
mark-was = (antes { $quantity })
mark-forwarded = (encaminhado)
mark-voice = (de um áudio)
mark-picture = (de uma foto)
mark-document = (de um documento)

## The read-back

read-back = Solicitação { $request }, para { $site }:
read-back-by = Solicitação { $request }, para { $site }, até { $date }:
estimate = Cerca de { $amount } com frete e impostos.
is-this-right = Está certo?
note-repeated = Você enviou o mesmo texto mais de uma vez: contei uma vez só.
note-left-out = Isto entendi como conversa e não pedi nada: “{ $words }”
note-taken-off = Tirado: { $line }
note-office-looks = “{ $name }” não está no catálogo: o escritório procura e perguntamos antes de pedir.
note-place-was = O local era { $site }.
note-date-was = O dia era { $date }.
note-same-as = O mesmo da solicitação { $request } de { $date }.

## Questions

questions = Solicitação { $request }:
before-going-on = Antes de continuar:
answer-like = Responda por exemplo “{ $example }”.
yes-to-all = Escreva “{ word-yes }” se tudo isso está certo, ou o que deve mudar.
ask-quantity = { $name }: qual a quantidade?
ask-unit = Em que unidade é “{ $words }”: peças, sacos, kg ou outra coisa?
ask-pack = “{ $words }”: quanto vem em cada um, ou quantos são no total?
ask-variant = { $name }: de que tipo?
ask-number = Quanto é “{ $words }”?
ask-date = Que dia é “{ $words }”?
ask-place = Para qual local é?
ask-place-of = Que local é “{ $words }”?
ask-place-unknown = Não conheço o local “{ $words }”. Qual é?
ask-reference = A que se refere “{ $words }”?
ask-what = O que é “{ $words }”?
ask-again = “{ $words }”: mais uma vez, ou é o mesmo?
ask-report = “{ $words }”: quer que eu peça, ou está só informando?
ask-what-for = Para que é “{ $words }”?
ask-not-understood = Não entendi “{ $words }”. O que quer dizer?
ask-flood = Você enviou mais mensagens do que consigo ler de uma vez: a lista está completa?
ask-which-item = “{ $words }”: qual deles?
ask-no-item = “{ $words }” não está no catálogo. Tem outro nome, ou eu tiro?
ask-sold-by = Você escreveu { $said }, mas { $name } se vende por { $unit }. Quanto é isso?
ask-no-supplier = Nenhum fornecedor vende { $name } no momento. Eu tiro?
ask-duplicate = { $requester } já pediu { $quantity } { $name } em { $date } (solicitação { $request }, { $state }). É adicional, ou é o mesmo?
ask-looks-odd = Por favor, olhe isto de novo: está certo?
card-looks-odd = Algo aqui parece estranho: por favor, veja com cuidado.
ask-dearer = { $name } custa { $price }, da última vez foram { $before }. O preço mais alto está bem?
ask-cheaper = { $name } custa { $price }, da última vez foram { $before }. É a mesma unidade e embalagem?

## What cannot be read

unread-voice = Ainda não consigo ouvir áudios: por favor, escreva.
unread-image = Ainda não consigo ler fotos: por favor, escreva o que está nela.
unread-video = Ainda não consigo ver vídeos: por favor, escreva.
unread-document = Ainda não consigo ler documentos: por favor, escreva as linhas.
unread-sticker = Não consigo ler figurinhas: por favor, escreva.
unread-location = Ainda não consigo usar localizações: por favor, escreva o nome do local.
unread-contacts = Ainda não consigo usar contatos: por favor, escreva o que precisa.
unread-cart = Ainda não consigo ler carrinhos do WhatsApp: por favor, escreva as linhas.
unread-edit = Você editou uma mensagem e o WhatsApp não me mostra o que ela diz agora: por favor, envie de novo.
unread-revoke = Você apagou uma mensagem: por favor, diga em palavras o que deve mudar.
unread-unsupported = O WhatsApp não conseguiu me mostrar uma das suas mensagens: por favor, escreva.

## Answers to talk

hello = Olá, { $name }.
welcome = De nada.
help = Escreva o que precisa, quanto e para onde, por exemplo: “20 sacos de cimento e 5 rolos de cabo 2.5mm para a obra norte amanhã”. Eu leio de volta antes de pedir qualquer coisa. “{ word-status }” mostra suas solicitações, “{ word-cancel }” anula uma aberta.
nothing-found = Não encontrei nada para pedir nisso.
report = Li isso como um informe, então não pedi nada. Se quiser pedir, escreva “por favor peça” antes.
where-it-is = Solicitação { $request }: { $state }. Escreva o que deve mudar, ou “{ word-cancel }”.
press-confirm = Toque em Confirmar na solicitação { $request }, ou responda àquela mensagem com “{ word-yes }”.
stranger = Olá. Recebo solicitações de compra, mas ainda não conheço este número. O escritório foi avisado; eles podem incluir você.
person-told = Avisei { $name }, que vai escrever para você.
office-told = Avisei o escritório: alguém vai escrever para você.
handed-over = Não consegui esclarecer a solicitação { $request } com você; agora ela está com { $name }, que vai escrever para você.
handed-to-office = Não consegui esclarecer a solicitação { $request } com você; agora ela está com o escritório: alguém vai escrever para você.
status-none = Você ainda não tem solicitações.
status-request = Solicitação { $request }: { $state }
status-wanted = Solicitação { $request }, para { $date }: { $state }
status-line = • { $quantity } { $name }: { $state }
status-order = { $state }, número { $number } na { $supplier }
enquiry = Isto combina com “{ $words }”. Escolha o que quer pedir.
enquiry-item = { $name }: { $price } / { $unit }
enquiry-no-price = { $name }: sem preço no momento
enquiry-what = De qual item se trata? Escreva o nome, por exemplo “preço do cimento”.
again-which = Qual deles você quer de novo?
again-none = Não encontro essa solicitação anterior. Escreva o que precisa.
again-lines = { $count ->
    [0] { $line }
    [one] { $line } e mais { $count } linha
   *[other] { $line } e mais { $count } linhas
}
held = A solicitação { $request } está em espera: nada é pedido até você tocar em Continuar.
hold-none = Você não tem nada aberto que eu possa deixar em espera.
cancel-which = Qual solicitação devo cancelar?
cancel-none = Você não tem nada aberto para cancelar.
cancelled = A solicitação { $request } foi cancelada. Nada será pedido.
not-cancelled = A solicitação { $request } não pode mais ser cancelada ({ $state }).
too-late = A solicitação { $request } já está com o fornecedor, então não mudei nada. Passei sua mensagem ao escritório: eles vão ver o que dá para fazer.
ask-change = O que deve mudar na solicitação { $request }? Escreva por exemplo “o cimento são 15” ou “tira a linha 2”.
recall = A solicitação { $request } ainda espera sua resposta. Sem ela, vou descartá-la mais tarde hoje.
expired = A solicitação { $request } ficou um dia sem resposta: eu a descartei. Nada foi pedido.

## Presses

not-yours = Esse botão é para quem fez a solicitação.
older-version = Esse botão é de uma versão anterior da solicitação { $request }, então não fez nada. Use a mensagem mais recente.
already = A solicitação { $request } já passou desse ponto ({ $state }). Para mudar, escreva para mim.
unknown-answer = Não conheço mais essa resposta.
unknown-button = Não conheço mais esse botão.
unknown-request = Não conheço essa solicitação.

## Approval

approval-card = { $requester } pede a aprovação de { $number } (solicitação { $request }), de { $supplier } para { $site }:
approval-card-by = { $requester } pede a aprovação de { $number } (solicitação { $request }), de { $supplier } para { $site }, até { $date }:
approval-line = { $line } a { $price }
approval-sums = Frete { $freight }, impostos { $tax }.
approval-total = Total { $total }.
approval-note = Nota: { $text }
approval-words = Palavras da pessoa: “{ $words }”
approval-changed = Mudou desde que foi aprovado: { $changed }
price-moved = { $name } custa agora { $now }, o aprovado era { $before }.
approval-too-old = A aprovação era antiga demais.
waits-for-approval = Obrigado. A solicitação { $request } espera a aprovação de { $approver }.
waits-in-console = Obrigado. A solicitação { $request } espera aprovação. { $approver } precisa abri-la no console do Sutler, pois agora não posso lhe escrever: por favor, avise.
back-to-approval = A solicitação { $request } volta para { $approver } aprovar: { $changed }
nobody-may-approve = A solicitação { $request } soma { $total }. Ninguém pode aprovar esse valor: o escritório foi avisado.
no-order = A solicitação { $request } ainda não pode ser pedida: { $why } O escritório foi avisado.
office-found-nothing = Solicitação { $request }: o escritório não encontrou { $line }, então não será pedido.
no-order-site = ela não diz o local.
no-order-line = nenhum fornecedor vende mais a linha { $line }.
no-order-account = não há conta na { $supplier }.
no-order-sum = os valores da { $supplier } não podem ser somados.
approved-by = { $by } aprovou a solicitação { $request }. Estou fazendo o pedido à { $supplier }.
approved-by-rule = A solicitação { $request } não precisa de aprovação. Estou fazendo o pedido à { $supplier }.
rejected = { $by } recusou o pedido à { $supplier } da solicitação { $request }.
rejected-because = { $by } recusou o pedido à { $supplier } da solicitação { $request }: { $reason }
write-again = Escreva de novo se precisar de outra coisa.
you-approved = Aprovado: { $number } por { $total }. Estou fazendo o pedido.
you-rejected = Recusado: { $number }. Nada será pedido.
approval-unknown = Não conheço essa aprovação.
approval-gone = Esse pedido não existe mais.
approval-not-yours = Não cabe a você decidir { $number }.
approval-no-right = Você não pode mais aprovar.
approval-own = Não aprovado: foi você quem pediu.
approval-limit = Não aprovado: o valor está acima do seu limite.
approval-no-limit = Não aprovado: você não tem limite definido.
approved-already = { $number } já estava aprovado.
rejected-already = { $number } já estava recusado.
changed-since = { $number } mudou desde então, e esse botão não fez nada.
changed-meanwhile = { $number } mudou nesse meio-tempo: não está aprovado.

## Orders

ordered = Pedido feito à { $supplier }, número deles { $number } (solicitação { $request }):
order-unknown = { $supplier } não respondeu quando fiz o pedido da solicitação { $request }. Estou verificando se o pedido foi feito. Por favor, ainda não peça em outro lugar.
order-with-person = Não consegui saber se { $supplier } tem o pedido da solicitação { $request }. Alguém do escritório está perguntando a eles: eu aviso você.
order-refused = { $supplier } não aceita o pedido da solicitação { $request }: { $why }. Nada foi pedido lá. Escreva o que quer no lugar, ou peça outro item.
needs-office = O pedido da solicitação { $request } à { $supplier } tem que esperar: alguém do escritório precisa olhar antes o site do fornecedor. Nada foi pedido ainda.

## States

state-draft = sendo lida
state-asking = espera sua resposta
state-to_confirm = espera você confirmar
state-to_approve = espera aprovação
state-approved = aprovada
state-ordering = sendo pedida
state-ordered = pedida
state-part_received = recebida em parte
state-received = recebida
state-closed = encerrada
state-rejected = recusada
state-cancelled = cancelada
state-expired = descartada sem resposta
line-backordered = chega mais tarde
line-substituted = trocada por outro item
line-refused = não aceita pelo fornecedor
line-unknown = em consulta com o fornecedor

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] seg
    [2] ter
    [3] qua
    [4] qui
    [5] sex
    [6] sáb
   *[7] dom
} { $day } { $month ->
    [1] jan
    [2] fev
    [3] mar
    [4] abr
    [5] mai
    [6] jun
    [7] jul
    [8] ago
    [9] set
    [10] out
    [11] nov
   *[12] dez
} { $year }

## Units

unit-C62 = { $count ->
    [one] peça
   *[other] peças
}
unit-PR = { $count ->
    [one] par
   *[other] pares
}
unit-SET = { $count ->
    [one] jogo
   *[other] jogos
}
unit-KGM = kg
unit-GRM = g
unit-TNE = { $count ->
    [one] tonelada
   *[other] toneladas
}
unit-DTN = { $count ->
    [one] quintal
   *[other] quintais
}
unit-NL = { $count ->
    [one] carga de reboque
   *[other] cargas de reboque
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
    [one] pé
   *[other] pés
}
unit-MTK = { $count ->
    [one] metro quadrado
   *[other] metros quadrados
}
unit-MTQ = { $count ->
    [one] metro cúbico
   *[other] metros cúbicos
}
unit-XBG = { $count ->
    [one] saco
   *[other] sacos
}
unit-XBX = { $count ->
    [one] caixa
   *[other] caixas
}
unit-XRO = { $count ->
    [one] rolo
   *[other] rolos
}
unit-XPX = { $count ->
    [one] palete
   *[other] paletes
}
unit-XST = { $count ->
    [one] chapa
   *[other] chapas
}
unit-XDR = { $count ->
    [one] tambor
   *[other] tambores
}
unit-XCT = { $count ->
    [one] caixa de papelão
   *[other] caixas de papelão
}
unit-XPK = { $count ->
    [one] pacote
   *[other] pacotes
}
unit-XBO = { $count ->
    [one] garrafa
   *[other] garrafas
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
    [one] feixe
   *[other] feixes
}
unit-XLG = { $count ->
    [one] vara
   *[other] varas
}
unit-XCR = { $count ->
    [one] engradado
   *[other] engradados
}
unit-XJY = { $count ->
    [one] galão
   *[other] galões
}
unit-XTI = { $count ->
    [one] lata
   *[other] latas
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
    [one] carretel
   *[other] carretéis
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
    [one] polegada
   *[other] polegadas
}
unit-YRD = { $count ->
    [one] jarda
   *[other] jardas
}
unit-GLL = { $count ->
    [one] galão (medida)
   *[other] galões (medida)
}
unit-E54 = { $count ->
    [one] viagem
   *[other] viagens
}
unit-XCY = { $count ->
    [one] cilindro
   *[other] cilindros
}
unit-XCS = { $count ->
    [one] caixote
   *[other] caixotes
}
unit-XBA = { $count ->
    [one] barril
   *[other] barris
}
unit-XBL = { $count ->
    [one] fardo
   *[other] fardos
}
unit-XJR = { $count ->
    [one] pote
   *[other] potes
}
unit-XJG = { $count ->
    [one] jarra
   *[other] jarras
}
unit-XPA = { $count ->
    [one] pacotinho
   *[other] pacotinhos
}
unit-XSO = { $count ->
    [one] carretel
   *[other] carretéis
}
unit-XBR = { $count ->
    [one] barra
   *[other] barras
}
unit-XRD = { $count ->
    [one] vergalhão
   *[other] vergalhões
}
unit-XTB = { $count ->
    [one] tina
   *[other] tinas
}
unit-XBK = { $count ->
    [one] cesto
   *[other] cestos
}
unit-XPO = { $count ->
    [one] bolsa
   *[other] bolsas
}
unit-XSH = { $count ->
    [one] sachê
   *[other] sachês
}
