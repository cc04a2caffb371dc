# What people are sent, in French. What is missing here is sent in English.

## Buttons: at most 20 characters

button-confirm = Confirmer
button-change = Modifier
button-cancel = Annuler
button-approve = Approuver
button-reject = Refuser
button-take-off = L'enlever
button-office = Demander au bureau
button-additional = En plus
button-right = C'est juste
button-leave-out = Laisser de côté
button-order-it = Le commander
button-not-an-order = Pas une commande
button-continue = Continuer
button-choose = Choisir

## Words that a person is told to write

word-status = Statut
word-cancel = annuler
word-yes = oui

## Lines

amount = { $number } { $unit }
line = { $position }) { $quantity } { $name }
line-open = • { $quantity } { $name }
line-short = { $quantity } { $name }
mark-words = (« { $words } »)
mark-was = (avant { $quantity })
mark-forwarded = (transféré)
mark-voice = (d'un message vocal)
mark-picture = (d'une photo)
mark-document = (d'un document)

## The read-back

read-back = Demande { $request }, pour { $site } :
read-back-by = Demande { $request }, pour { $site }, au plus tard le { $date } :
estimate = Environ { $amount } avec transport et taxes.
is-this-right = Est-ce juste ?
note-repeated = Vous avez envoyé le même texte plusieurs fois : je l'ai compté une fois.
note-left-out = J'ai pris ceci pour de la conversation et n'ai rien commandé : « { $words } »
note-taken-off = Enlevé : { $line }
note-office-looks = « { $name } » n'est pas au catalogue : le bureau cherche, et on vous demande avant de commander.
note-place-was = Le site était { $site }.
note-date-was = Le jour était { $date }.
note-same-as = Comme la demande { $request } du { $date }.

## Questions

questions = Demande { $request } :
before-going-on = Avant de continuer :
answer-like = Répondez par exemple « { $example } ».
yes-to-all = Écrivez « { word-yes } » si tout cela est juste, ou ce qui doit changer.
ask-quantity = { $name } : quelle quantité ?
ask-unit = En quelle unité est « { $words } » : pièces, sacs, kg ou autre chose ?
ask-pack = « { $words } » : combien dans chacun, ou combien en tout ?
ask-variant = { $name } : de quel type ?
ask-number = Combien fait « { $words } » ?
ask-date = Quel jour est « { $words } » ?
ask-place = C'est pour quel site ?
ask-place-of = Quel site est « { $words } » ?
ask-place-unknown = Je ne connais pas le site « { $words } ». Lequel est-ce ?
ask-reference = À quoi se rapporte « { $words } » ?
ask-what = Qu'est-ce que « { $words } » ?
ask-again = « { $words } » : encore une fois, ou la même chose ?
ask-report = « { $words } » : voulez-vous le commander, ou est-ce une information ?
ask-what-for = À quoi sert « { $words } » ?
ask-not-understood = Je n'ai pas compris « { $words } ». Que voulez-vous dire ?
ask-flood = Vous avez envoyé plus de messages que je ne peux en lire d'un coup : la liste est-elle complète ?
ask-which-item = « { $words } » : lequel ?
ask-no-item = « { $words } » n'est pas au catalogue. A-t-il un autre nom, ou dois-je l'enlever ?
ask-sold-by = Vous avez écrit { $said }, mais { $name } se vend à l'unité suivante : { $unit }. Combien cela fait-il ?
ask-no-supplier = Aucun fournisseur ne vend { $name } en ce moment. Dois-je l'enlever ?
ask-duplicate = { $requester } a déjà demandé { $quantity } { $name } le { $date } (demande { $request }, { $state }). Est-ce en plus, ou la même chose ?
ask-looks-odd = Regardez encore ceci, s'il vous plaît : est-ce juste ?
card-looks-odd = Quelque chose ici paraît étrange : regardez bien, s'il vous plaît.
ask-dearer = { $name } coûte { $price }, la dernière fois c'était { $before }. Le prix plus élevé convient-il ?
ask-cheaper = { $name } coûte { $price }, la dernière fois c'était { $before }. Est-ce la même unité et le même emballage ?

## What cannot be read

unread-voice = Je ne peux pas encore écouter les messages vocaux : écrivez-le, s'il vous plaît.
unread-image = Je ne peux pas encore lire les photos : écrivez ce qu'on y voit, s'il vous plaît.
unread-video = Je ne peux pas encore regarder les vidéos : écrivez-le, s'il vous plaît.
unread-document = Je ne peux pas encore lire les documents : écrivez les lignes, s'il vous plaît.
unread-sticker = Je ne peux pas lire les autocollants : écrivez-le, s'il vous plaît.
unread-location = Je ne peux pas encore utiliser les positions : écrivez le nom du site, s'il vous plaît.
unread-contacts = Je ne peux pas encore utiliser les fiches de contact : écrivez ce qu'il vous faut, s'il vous plaît.
unread-cart = Je ne peux pas encore lire les paniers WhatsApp : écrivez les lignes, s'il vous plaît.
unread-edit = Vous avez modifié un message et WhatsApp ne me montre pas ce qu'il dit maintenant : renvoyez-le, s'il vous plaît.
unread-revoke = Vous avez supprimé un message : dites-moi en mots ce qui doit changer, s'il vous plaît.
unread-unsupported = WhatsApp n'a pas pu me montrer l'un de vos messages : écrivez-le, s'il vous plaît.

## Answers to talk

hello = Bonjour { $name }.
welcome = Je vous en prie.
help = Écrivez ce qu'il vous faut, combien et pour où, par exemple : « 20 sacs de ciment et 5 rouleaux de câble 2.5mm pour le chantier nord demain ». Je vous relis tout avant de commander. « { word-status } » montre vos demandes, « { word-cancel } » supprime une demande ouverte.
nothing-found = Je n'y ai rien trouvé à commander.
report = Je l'ai lu comme une information, donc je n'ai rien commandé. Pour le commander, écrivez « commandez svp » devant.
where-it-is = Demande { $request } : { $state }. Écrivez ce qui doit changer, ou « { word-cancel } ».
press-confirm = Appuyez sur Confirmer sous la demande { $request }, ou répondez à ce message par « { word-yes } ».
stranger = Bonjour. Je prends les demandes d'achat, mais je ne connais pas encore ce numéro. Le bureau est prévenu ; il peut vous ajouter.
person-told = J'ai prévenu { $name }, qui vous écrira.
office-told = J'ai prévenu le bureau : quelqu'un vous écrira.
handed-over = Je n'ai pas pu régler la demande { $request } avec vous ; { $name } s'en occupe maintenant et vous écrira.
handed-to-office = Je n'ai pas pu régler la demande { $request } avec vous ; le bureau s'en occupe maintenant : quelqu'un vous écrira.
status-none = Vous n'avez pas encore de demande.
status-request = Demande { $request } : { $state }
status-wanted = Demande { $request }, pour le { $date } : { $state }
status-line = • { $quantity } { $name } : { $state }
status-order = { $state }, numéro { $number } chez { $supplier }
enquiry = Ceci correspond à « { $words } ». Choisissez ce que vous voulez commander.
enquiry-item = { $name } : { $price } / { $unit }
enquiry-no-price = { $name } : pas de prix pour le moment
enquiry-what = De quel article s'agit-il ? Écrivez son nom, par exemple « prix du ciment ».
again-which = Laquelle voulez-vous de nouveau ?
again-none = Je ne trouve pas cette demande précédente. Écrivez ce qu'il vous faut.
again-lines = { $count ->
    [0] { $line }
    [one] { $line } et { $count } autre ligne
   *[other] { $line } et { $count } autres lignes
}
held = La demande { $request } est en attente : rien n'est commandé tant que vous n'appuyez pas sur Continuer.
hold-none = Vous n'avez rien d'ouvert que je puisse mettre en attente.
cancel-which = Quelle demande dois-je annuler ?
cancel-none = Vous n'avez rien d'ouvert à annuler.
cancelled = La demande { $request } est annulée. Rien ne sera commandé.
not-cancelled = La demande { $request } ne peut plus être annulée ({ $state }).
too-late = La demande { $request } est déjà chez le fournisseur, donc je n'ai rien changé. J'ai transmis votre message au bureau : il verra ce qui peut se faire.
ask-change = Que faut-il changer dans la demande { $request } ? Écrivez par exemple « mets le ciment à 15 » ou « enlève la ligne 2 ».
recall = La demande { $request } attend toujours votre réponse. Sans elle, je l'abandonnerai plus tard dans la journée.
expired = La demande { $request } est restée un jour sans réponse : je l'ai abandonnée. Rien n'a été commandé.

## Presses

not-yours = Ce bouton est pour la personne qui a fait la demande.
older-version = Ce bouton est d'une ancienne version de la demande { $request }, il n'a donc rien fait. Utilisez le message le plus récent.
already = La demande { $request } a déjà dépassé ce point ({ $state }). Pour la changer, écrivez-moi.
unknown-answer = Je ne connais plus cette réponse.
unknown-button = Je ne connais plus ce bouton.
unknown-request = Je ne connais pas cette demande.

## Approval

approval-card = { $requester } demande l'approbation de { $number } (demande { $request }), de { $supplier } pour { $site } :
approval-card-by = { $requester } demande l'approbation de { $number } (demande { $request }), de { $supplier } pour { $site }, au plus tard le { $date } :
approval-line = { $line } à { $price }
approval-sums = Transport { $freight }, taxes { $tax }.
approval-total = Total { $total }.
approval-note = Remarque : { $text }
approval-words = Ses mots : « { $words } »
approval-changed = Cela a changé depuis l'approbation : { $changed }
price-moved = { $name } coûte maintenant { $now }, le prix approuvé était { $before }.
approval-too-old = L'approbation était trop ancienne.
waits-for-approval = Merci. La demande { $request } attend l'approbation de { $approver }.
waits-in-console = Merci. La demande { $request } attend une approbation. { $approver } doit l'ouvrir dans la console Sutler, car je ne peux pas lui écrire maintenant : prévenez cette personne, s'il vous plaît.
back-to-approval = La demande { $request } retourne à { $approver } pour approbation : { $changed }
nobody-may-approve = La demande { $request } s'élève à { $total }. Personne ne peut approuver ce montant : le bureau est prévenu.
no-order = La demande { $request } ne peut pas encore être commandée : { $why } Le bureau est prévenu.
office-found-nothing = Demande { $request } : le bureau n'a pas trouvé { $line }, ce n'est donc pas commandé.
no-order-site = elle ne nomme aucun site.
no-order-line = aucun fournisseur ne vend plus la ligne { $line }.
no-order-account = il n'y a pas de compte chez { $supplier }.
no-order-sum = les montants pour { $supplier } ne peuvent pas être additionnés.
approved-by = La demande { $request } est approuvée par { $by }. Je commande maintenant chez { $supplier }.
approved-by-rule = La demande { $request } n'a pas besoin d'approbation. Je commande maintenant chez { $supplier }.
rejected = { $by } a refusé la commande chez { $supplier } de la demande { $request }.
rejected-because = { $by } a refusé la commande chez { $supplier } de la demande { $request } : { $reason }
write-again = Écrivez-moi de nouveau s'il vous faut autre chose.
you-approved = Approuvé : { $number } pour { $total }. Je le commande maintenant.
you-rejected = Refusé : { $number }. Rien n'est commandé.
approval-unknown = Je ne connais pas cette approbation.
approval-gone = Cette commande n'existe plus.
approval-not-yours = Ce n'est pas à vous de décider de { $number }.
approval-no-right = Vous ne pouvez plus approuver.
approval-own = Pas approuvé : c'est vous qui l'avez demandé.
approval-limit = Pas approuvé : le montant dépasse votre limite.
approval-no-limit = Pas approuvé : aucune limite n'est fixée pour vous.
approved-already = { $number } était déjà approuvé.
rejected-already = { $number } était déjà refusé.
changed-since = { $number } a changé depuis, ce bouton n'a donc rien fait.
changed-meanwhile = { $number } a changé entre-temps : ce n'est pas approuvé.

## Orders

ordered = Commandé chez { $supplier }, leur numéro { $number } (demande { $request }) :
order-unknown = { $supplier } n'a pas répondu quand j'ai passé la demande { $request }. Je cherche à savoir si la commande a été faite. Ne la commandez pas encore ailleurs, s'il vous plaît.
order-with-person = Je n'ai pas pu savoir si { $supplier } a la commande de la demande { $request }. Quelqu'un du bureau leur demande : je vous tiendrai au courant.
order-refused = { $supplier } ne prend pas la commande de la demande { $request } : { $why }. Rien n'y a été commandé. Écrivez ce que vous voulez à la place, ou demandez un autre article.
needs-office = La commande de la demande { $request } chez { $supplier } doit attendre : quelqu'un du bureau doit d'abord regarder le site du fournisseur. Rien n'est encore commandé.

## States

state-draft = en cours de lecture
state-asking = attend votre réponse
state-to_confirm = attend que vous confirmiez
state-to_approve = attend une approbation
state-approved = approuvée
state-ordering = en cours de commande
state-ordered = commandée
state-part_received = reçue en partie
state-received = reçue
state-closed = terminée
state-rejected = refusée
state-cancelled = annulée
state-expired = abandonnée sans réponse
line-backordered = arrive plus tard
line-substituted = remplacée par un autre article
line-refused = pas prise par le fournisseur
line-unknown = en cours de vérification chez le fournisseur

## Days: weekday 1 is Monday

date = { $weekday ->
    [1] lun.
    [2] mar.
    [3] mer.
    [4] jeu.
    [5] ven.
    [6] sam.
   *[7] dim.
} { $day } { $month ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juil.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[12] déc.
} { $year }

## Units

unit-C62 = { $count ->
    [one] pièce
   *[other] pièces
}
unit-PR = { $count ->
    [one] paire
   *[other] paires
}
unit-SET = { $count ->
    [one] jeu
   *[other] jeux
}
unit-KGM = kg
unit-GRM = g
unit-TNE = { $count ->
    [one] tonne
   *[other] tonnes
}
unit-DTN = { $count ->
    [one] quintal
   *[other] quintaux
}
unit-NL = { $count ->
    [one] chargement
   *[other] chargements
}
unit-LBR = lb
unit-LTR = { $count ->
    [one] litre
   *[other] litres
}
unit-MLT = ml
unit-MTR = { $count ->
    [one] mètre
   *[other] mètres
}
unit-MMT = mm
unit-FOT = { $count ->
    [one] pied
   *[other] pieds
}
unit-MTK = { $count ->
    [one] mètre carré
   *[other] mètres carrés
}
unit-MTQ = { $count ->
    [one] mètre cube
   *[other] mètres cubes
}
unit-XBG = { $count ->
    [one] sac
   *[other] sacs
}
unit-XBX = { $count ->
    [one] boîte
   *[other] boîtes
}
unit-XRO = { $count ->
    [one] rouleau
   *[other] rouleaux
}
unit-XPX = { $count ->
    [one] palette
   *[other] palettes
}
unit-XST = { $count ->
    [one] feuille
   *[other] feuilles
}
unit-XDR = { $count ->
    [one] fût
   *[other] fûts
}
unit-XCT = { $count ->
    [one] carton
   *[other] cartons
}
unit-XPK = { $count ->
    [one] paquet
   *[other] paquets
}
unit-XBO = { $count ->
    [one] bouteille
   *[other] bouteilles
}
unit-XCA = { $count ->
    [one] canette
   *[other] canettes
}
unit-XTU = { $count ->
    [one] tube
   *[other] tubes
}
unit-XBE = { $count ->
    [one] botte
   *[other] bottes
}
unit-XLG = { $count ->
    [one] longueur
   *[other] longueurs
}
unit-XCR = { $count ->
    [one] casier
   *[other] casiers
}
unit-XJY = { $count ->
    [one] jerrican
   *[other] jerricans
}
unit-XTI = { $count ->
    [one] boîte métallique
   *[other] boîtes métalliques
}
unit-XBJ = { $count ->
    [one] seau
   *[other] seaux
}
unit-RM = { $count ->
    [one] rame
   *[other] rames
}
unit-XTY = { $count ->
    [one] plateau
   *[other] plateaux
}
unit-XCL = { $count ->
    [one] couronne
   *[other] couronnes
}
unit-XRL = { $count ->
    [one] touret
   *[other] tourets
}
unit-LO = { $count ->
    [one] lot
   *[other] lots
}
unit-HUR = { $count ->
    [one] heure
   *[other] heures
}
unit-CMT = cm
unit-INH = { $count ->
    [one] pouce
   *[other] pouces
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
    [one] voyage
   *[other] voyages
}
unit-XCY = { $count ->
    [one] bouteille de gaz
   *[other] bouteilles de gaz
}
unit-XCS = { $count ->
    [one] caisse
   *[other] caisses
}
unit-XBA = { $count ->
    [one] baril
   *[other] barils
}
unit-XBL = { $count ->
    [one] balle
   *[other] balles
}
unit-XJR = { $count ->
    [one] bocal
   *[other] bocaux
}
unit-XJG = { $count ->
    [one] cruche
   *[other] cruches
}
unit-XPA = { $count ->
    [one] petit paquet
   *[other] petits paquets
}
unit-XSO = { $count ->
    [one] bobine
   *[other] bobines
}
unit-XBR = { $count ->
    [one] barre
   *[other] barres
}
unit-XRD = { $count ->
    [one] tige
   *[other] tiges
}
unit-XTB = { $count ->
    [one] bac
   *[other] bacs
}
unit-XBK = { $count ->
    [one] panier
   *[other] paniers
}
unit-XPO = { $count ->
    [one] pochette
   *[other] pochettes
}
unit-XSH = { $count ->
    [one] sachet
   *[other] sachets
}
