"""The demo operator's prepared answers for agents, with variables such as `{customer}`."""

from typing import NamedTuple


class Prepared(NamedTuple):
    """One answer in one language; the shortcut joins the languages."""

    shortcut: str
    language: str
    title: str
    body: str


class _Answer(NamedTuple):
    title: str
    body: str


_ANSWERS: dict[str, dict[str, _Answer]] = {
    "hello": {
        "en": _Answer(
            "Greeting",
            "Hello {customer}, this is {agent} from Aurora. I have read what you told our "
            "assistant, so you need not repeat it. Give me a moment to look at your line.",
        ),
        "es": _Answer(
            "Saludo",
            "Hola, {customer}, te habla {agent}, de Aurora. Ya leí lo que le contaste a nuestro "
            "asistente, no hace falta repetirlo. Dame un momento para revisar tu línea.",
        ),
        "pt": _Answer(
            "Saudação",
            "Olá, {customer}, aqui é {agent}, da Aurora. Já li o que você contou ao nosso "
            "assistente, não precisa repetir. Só um momento para eu ver a sua linha.",
        ),
    },
    "moment": {
        "en": _Answer(
            "One moment",
            "I am checking this for you and will be back within two minutes. Please stay here.",
        ),
        "es": _Answer(
            "Un momento",
            "Lo estoy revisando y vuelvo contigo en menos de dos minutos. Por favor, no te vayas.",
        ),
        "pt": _Answer(
            "Um momento",
            "Estou verificando e volto em menos de dois minutos. Por favor, continue por aqui.",
        ),
    },
    "verify": {
        "en": _Answer(
            "Confirm identity",
            "To protect your account, {customer}, I need to be sure it is you. I have sent a code"
            " to the contact we have on file. Please type only that code, never a password.",
        ),
        "es": _Answer(
            "Confirmar identidad",
            "Para proteger tu cuenta, {customer}, debo confirmar que eres tú. Envié un código al"
            " contacto que tenemos registrado. Escribe solo ese código, nunca una contraseña.",
        ),
        "pt": _Answer(
            "Confirmar identidade",
            "Para proteger a sua conta, {customer}, preciso confirmar que é você. Enviei um "
            "código ao contato cadastrado. Digite só esse código, nunca uma senha.",
        ),
    },
    "sorry": {
        "en": _Answer(
            "Apology",
            "I am sorry about this, {customer}. That should not have happened, and I will stay "
            "with it until it is solved.",
        ),
        "es": _Answer(
            "Disculpa",
            "Lamento lo ocurrido, {customer}. No debió pasar, y me quedo con tu caso hasta "
            "resolverlo.",
        ),
        "pt": _Answer(
            "Desculpas",
            "Sinto muito pelo ocorrido, {customer}. Isso não deveria ter acontecido, e fico com o"
            " seu caso até resolver.",
        ),
    },
    "restart": {
        "en": _Answer(
            "Restart the phone",
            "Please switch on airplane mode for ten seconds, switch it off and restart the phone."
            " Then tell me whether there is signal and whether a page opens.",
        ),
        "es": _Answer(
            "Reiniciar el teléfono",
            "Activa el modo avión diez segundos, desactívalo y reinicia el teléfono. Luego dime"
            " si tienes señal y si abre una página.",
        ),
        "pt": _Answer(
            "Reiniciar o celular",
            "Ligue o modo avião por dez segundos, desligue e reinicie o celular. Depois me diga "
            "se há sinal e se uma página abre.",
        ),
    },
    "router": {
        "en": _Answer(
            "Restart the router",
            "Please unplug the router for 30 seconds and plug it in again. After three minutes, "
            "which lights are on, and in which colour?",
        ),
        "es": _Answer(
            "Reiniciar el módem",
            "Desconecta el módem de la corriente 30 segundos y vuelve a conectarlo. Después de "
            "tres minutos, ¿qué luces están encendidas y de qué color?",
        ),
        "pt": _Answer(
            "Reiniciar o modem",
            "Tire o modem da tomada por 30 segundos e ligue de novo. Depois de três minutos, "
            "quais luzes estão acesas e de que cor?",
        ),
    },
    "outage": {
        "en": _Answer(
            "Known outage",
            "There is a fault in your area and our technicians are working on it. You need not "
            "change anything. I have linked your case, and you get a message when it is over.",
        ),
        "es": _Answer(
            "Falla conocida",
            "Hay una falla en tu zona y nuestros técnicos ya trabajan en ella. No necesitas "
            "cambiar nada. Vinculé tu caso y recibirás un mensaje cuando termine.",
        ),
        "pt": _Answer(
            "Falha conhecida",
            "Há uma falha na sua região e nossos técnicos já estão trabalhando nela. Você não "
            "precisa mudar nada. Vinculei o seu caso e você recebe uma mensagem quando terminar.",
        ),
    },
    "bill": {
        "en": _Answer(
            "How the bill is made up",
            "Your bill has the plan for the coming month, what went beyond your allowance in the "
            "past month, and any part of a month after a change of plan. Which line is unclear?",
        ),
        "es": _Answer(
            "Cómo se forma la factura",
            "Tu factura lleva el plan del mes que viene, lo que pasó de tu plan el mes anterior "
            "y, si cambiaste de plan, la parte del mes. ¿Qué línea no te queda clara?",
        ),
        "pt": _Answer(
            "Como a fatura é formada",
            "A fatura traz o plano do próximo mês, o que passou da franquia no mês anterior e, se"
            " você mudou de plano, a parte do mês. Qual linha não ficou clara?",
        ),
    },
    "pay": {
        "en": _Answer(
            "Payment link",
            "Here is the secure page to pay. Please do not write card numbers in this chat. Your "
            "bill shows as paid as soon as the bank confirms.",
        ),
        "es": _Answer(
            "Enlace de pago",
            "Esta es la página segura para pagar. No escribas números de tarjeta en este chat. Tu "
            "factura aparecerá pagada en cuanto el banco confirme.",
        ),
        "pt": _Answer(
            "Link de pagamento",
            "Esta é a página segura para pagar. Não escreva números de cartão neste chat. A "
            "fatura aparece como paga assim que o banco confirmar.",
        ),
    },
    "transfer": {
        "en": _Answer(
            "Passing on",
            "A colleague who knows this matter better will go on, {customer}. I have noted "
            "everything, so you need not explain it again.",
        ),
        "es": _Answer(
            "Pasar a otra persona",
            "Te atenderá un colega que conoce mejor este tema, {customer}. Dejé todo anotado para"
            " que no tengas que explicarlo otra vez.",
        ),
        "pt": _Answer(
            "Passar para outra pessoa",
            "Um colega que conhece melhor o assunto vai continuar, {customer}. Deixei tudo "
            "anotado para você não precisar explicar de novo.",
        ),
    },
    "still-there": {
        "en": _Answer(
            "Still there?",
            "Are you still there, {customer}? If I do not hear from you, I will close our chat "
            "for now. Write whenever you like, and it goes on where we stopped.",
        ),
        "es": _Answer(
            "¿Sigues ahí?",
            "¿Sigues ahí, {customer}? Si no me respondes, cierro el chat por ahora. Escribe cuando"
            " quieras y seguimos donde nos quedamos.",
        ),
        "pt": _Answer(
            "Ainda está aí?",
            "Ainda está aí, {customer}? Se não houver resposta, encerro o chat por agora. Escreva"
            " quando quiser e continuamos de onde paramos.",
        ),
    },
    "bye": {
        "en": _Answer(
            "Goodbye",
            "I am glad that is settled, {customer}. You will be asked to rate this talk: it takes"
            " a second and helps us. Have a good day! {agent}",
        ),
        "es": _Answer(
            "Despedida",
            "Qué bueno que quedó resuelto, {customer}. Te pediremos calificar esta conversación: "
            "toma un segundo y nos ayuda. ¡Que tengas un buen día! {agent}",
        ),
        "pt": _Answer(
            "Despedida",
            "Que bom que ficou resolvido, {customer}. Vamos pedir uma nota para esta conversa: "
            "leva um segundo e nos ajuda. Tenha um bom dia! {agent}",
        ),
    },
    "case": {
        "en": _Answer(
            "Number of the case",
            "{customer}, your case is {ticket.reference}. With that number any of us finds what we"
            " have spoken about, on every channel.",
        ),
        "es": _Answer(
            "Número del caso",
            "{customer}, tu caso es {ticket.reference}. Con ese número cualquiera de nosotros "
            "encuentra lo que hablamos, por cualquier canal.",
        ),
        "pt": _Answer(
            "Número do caso",
            "{customer}, seu caso é {ticket.reference}. Com esse número qualquer um de nós encontra"
            " o que conversamos, em qualquer canal.",
        ),
    },
    "which-line": {
        "en": _Answer(
            "Which line",
            "Just to be sure, {customer}: is it about the line {line.number}, or another one?",
        ),
        "es": _Answer(
            "Cuál línea",
            "Solo para confirmar, {customer}: ¿se trata de la línea {line.number} o de otra?",
        ),
        "pt": _Answer(
            "Qual linha",
            "Só para confirmar, {customer}: é sobre a linha {line.number} ou sobre outra?",
        ),
    },
}

CANNED_REPLIES: tuple[Prepared, ...] = tuple(
    Prepared(shortcut, language, answer.title, answer.body)
    for shortcut, languages in _ANSWERS.items()
    for language, answer in languages.items()
)
