"""The words by which mail programs introduce what they quote, in the languages that we met, as
patterns in lower case."""

# Who wrote it, and what stands before the day.
VERBS = (
    r"wrote|writes|sent|escribi[óo]|escribe|escreveu|a écrit|schrieb|ha scritto|schreef|geschreven"
    r"|skrev|napisał(?:\(a\)|a)?|pisze|kirjoitti|написал(?:\(а\)|а)?|пишет|napsal(?:\(a\)|a)?|yazdı"
    r"|napísal|a scris|folgendes geschrieben|ezt írta|đã viết|menulis|έγραψε|כתב(?:/ה|ה)?|كتب"
)
DAYS = (
    r"mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[ée]|jue|vie|s[áa]b|dom|seg|ter|qua|qui|sex"
    r"|jan|feb|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez"
)
OPENERS = (
    r"on|el|em|no dia|a las|le|am|il|in data|op|den|på|w dniu|dnia|pe|dne|at|em data de|в"
    r"|от|在|於|于"
    r"|ב|بتاريخ|في"
)
# Between lines, above the mail that is answered, or above the one that is passed on.
ORIGINAL = (
    r"original (?:message|appointment|email)|reply message|mensaje original|mensaje citado"
    r"|mensagem original|message d['’]origine|message original|message initial"
    r"|ursprüngliche nachricht|originalnachricht|original-nachricht|antwort nachricht"
    r"|messaggio originale|oorspronkelijk bericht|oprindelig (?:meddelelse|besked)"
    r"|ursprungligt meddelande|opprinnelig melding|wiadomość oryginalna|oryginalna wiadomość"
    r"|исходное сообщение|原始邮件|原始郵件|元のメッセージ|원본 메시지|previous replies"
)
PASSED_ON = (
    r"forwarded message|forwarded by|reenviado por|encaminhado por|reencaminhado por|transféré par"
    r"|transmis par|weitergeleitet von|inoltrato da|mensaje reenviado"
    r"|mensagem encaminhada|mensagem reencaminhada"
    r"|message transféré|message transmis|weitergeleitete nachricht|messaggio inoltrato"
    r"|doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:besked|meddelelse|melding)"
    r"|przekazana wiadomość|пересылаемое сообщение|перенаправленное сообщение"
    r"|пересланное сообщение|转发的邮件|轉寄郵件|転送されたメッセージ|전달된 메시지"
)
# On a line of their own that ends with a colon.
BEGINNINGS = (
    r"(?:begin )?forwarded message|(?:inicio|comienzo) del mensaje reenviado"
    r"|início da mensagem (?:encaminhada|reencaminhada)|début du message (?:transféré|réexpédié)"
    r"|anfang der weitergeleiteten nachricht|inizio (?:del )?messaggio inoltrato"
    r"|begin doorgestuurd bericht|start på videresendt besked|videresendt melding"
    r"|vidarebefordrat mejl|początek przekazywanej wiadomości"
    r"|начало переадресованного сообщения"
)
# Each on a line of its own above what stands below it.
TO_ALONE = r"to|para|an|à|a"
# The headers of that mail.
FROM = (
    r"from|de|von|da|van|fra|från|od|lähettäjä|feladó|mittente|nadawca|kimden|gönderen|от|від|差出人"
    r"|发件人|寄件者|寄件人|보낸 사람|מאת|من"
)
SENT = (
    r"sent|enviado(?: el| em)?|enviada(?: em)?|gesendet|envoyé|inviato|verzonden|sendt|skickat"
    r"|wysłano|lähetetty|отправлено|送信日時|发送时间|寄件日期|傳送時間|보낸 날짜|נשלח"
)
DATE = r"date|fecha|data|datum|dato|dátum|päivämäärä|päiväys|tarih|дата|日期|日付|날짜"
SUBJECT = (
    r"subject|asunto|assunto|betreff|objet|sujet|předmět|predmet|tárgy|konu|oggetto"
    r"|onderwerp|emne|ämne|temat|aihe|тема|件名|主题|主旨|제목|נושא"
)
OTHERS = (
    r"to|cc|bcc|cco|reply-to|para|an|à|a|aan|til|till|do|kopie|kopi|copie|vastaanottaja"
    r"|komu|címzett|kime|pour|кому|копия|responder a|importance"
    r"|importancia|importância|priority|attachments|adjuntos|anexos|when|where"
    r"|宛先|收件人|收件者|抄送|副本|받는 사람|אל"
)
