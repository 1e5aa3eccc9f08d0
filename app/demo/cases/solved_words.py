"""How people tell what they want, by language and category: the words of the solved tickets."""

from dataclasses import dataclass

from app.tickets.models import Level


@dataclass(frozen=True, slots=True)
class Matter:
    begins: tuple[str, ...]
    happened: tuple[str, ...]
    solved: tuple[str, ...]


MATTERS: dict[str, dict[str, Matter]] = {
    "es": {
        "Red › Móvil": Matter(
            (
                "Sin señal en casa",
                "El celular no tiene cobertura",
                "Llamadas que se cortan",
                "No le entran llamadas",
            ),
            (
                "El teléfono marca sin servicio desde ayer.",
                "Se cae la señal cuando entra al edificio.",
                "Los datos móviles van muy lentos en 4G.",
                "No puede llamar ni mandar mensajes.",
                "Reinició el celular y sigue sin red.",
            ),
            (
                "Se reinició la celda de la zona y volvió la señal.",
                "Se cambió el modo de red a 4G y se refrescó el registro de la línea.",
            ),
        ),
        "Red › Fibra": Matter(
            (
                "Internet de casa lento",
                "El módem tiene luz roja",
                "Fibra sin servicio",
                "El WiFi no llega a la sala",
            ),
            (
                "La luz LOS del módem parpadea.",
                "La velocidad de la fibra baja por la noche.",
                "El técnico no llegó a la visita de instalación.",
                "El router se reinicia solo.",
                "El cable de fibra se dañó en la fachada.",
            ),
            (
                "Se envió técnico y se cambió el conector de la fibra.",
                "Se actualizó el módem a distancia y se cambió el canal del WiFi.",
            ),
        ),
        "Facturación › Cargos": Matter(
            (
                "Factura más alta de lo normal",
                "Cargo que no reconoce",
                "Le cobran un servicio que no pidió",
                "Duda sobre el prorrateo",
            ),
            (
                "Aparece un cargo por roaming y no viajó.",
                "La factura trae un paquete que nunca contrató.",
                "Subió el importe después de cambiar de plan.",
                "Le cobraron dos veces el mismo servicio.",
                "No entiende los impuestos de la factura.",
            ),
            (
                "Se explicó el prorrateo y se acreditó el paquete no contratado.",
                "Se emitió nota de crédito por el cargo de roaming.",
            ),
        ),
        "Facturación › Pagos": Matter(
            (
                "Su pago no aparece",
                "Tarjeta rechazada",
                "Quiere pagar en parcialidades",
                "Pagó dos veces",
            ),
            (
                "Pagó en la tienda y el recibo sigue pendiente.",
                "La domiciliación rechazó la tarjeta.",
                "Hizo una transferencia y no se aplicó.",
                "El enlace de pago marca error.",
                "Necesita unos días más para pagar.",
            ),
            (
                "Se localizó la transferencia y se aplicó a la factura.",
                "Se acordó un plan de pagos en tres partes.",
            ),
        ),
        "Cuenta › Datos del titular": Matter(
            (
                "Cambio de titular",
                "Corregir su nombre",
                "Cambio de correo y domicilio",
                "Actualizar identificación",
            ),
            (
                "El apellido está mal escrito en el contrato.",
                "Se mudó y quiere cambiar la dirección.",
                "La línea está a nombre de su hermano.",
                "Perdió acceso al correo registrado.",
                "Trae su nueva INE para actualizar sus datos.",
            ),
            (
                "Se verificó la identificación y se corrigió el nombre.",
                "Se cambió el titular con la firma de ambos.",
            ),
        ),
        "Cuenta › Contrato": Matter(
            (
                "Quiere cancelar",
                "Pregunta por el plazo forzoso",
                "Quiere cambiar de plan",
                "Penalización por cancelar",
            ),
            (
                "Encontró una oferta mejor con otra compañía.",
                "Quiere saber cuándo termina su contrato.",
                "Pide bajar a un plan más barato.",
                "No quiere renovar al vencer el plazo.",
                "Pide la carta de baja del servicio.",
            ),
            (
                "Se ofreció un plan menor y decidió quedarse.",
                "Se informó el fin del plazo y se programó el cambio de plan.",
            ),
        ),
    },
    "pt": {
        "Red › Móvil": Matter(
            (
                "Sem sinal em casa",
                "Celular sem cobertura",
                "Ligações caindo",
                "Não recebe chamadas",
            ),
            (
                "O aparelho mostra sem serviço desde ontem.",
                "O sinal cai quando entra no prédio.",
                "A internet móvel está muito lenta no 4G.",
                "Não consegue ligar nem mandar SMS.",
                "Reiniciou o celular e continua sem rede.",
            ),
            (
                "Reiniciamos a antena da região e o sinal voltou.",
                "Mudamos o modo de rede para 4G e atualizamos o registro da linha.",
            ),
        ),
        "Red › Fibra": Matter(
            (
                "Internet de casa lenta",
                "Modem com luz vermelha",
                "Fibra sem conexão",
                "Wi-Fi não chega no quarto",
            ),
            (
                "A luz LOS do modem está piscando.",
                "A velocidade da fibra cai à noite.",
                "O técnico não apareceu na visita de instalação.",
                "O roteador reinicia sozinho.",
                "O cabo de fibra foi rompido na rua.",
            ),
            (
                "Enviamos um técnico que trocou o conector da fibra.",
                "Atualizamos o modem à distância e trocamos o canal do Wi-Fi.",
            ),
        ),
        "Facturación › Cargos": Matter(
            (
                "Fatura mais alta que o normal",
                "Cobrança que não reconhece",
                "Cobrado por serviço que não pediu",
                "Dúvida sobre cobrança proporcional",
            ),
            (
                "Aparece uma cobrança de roaming e não viajou.",
                "A fatura traz um pacote que nunca contratou.",
                "O valor subiu depois de trocar de plano.",
                "Cobraram duas vezes o mesmo serviço.",
                "Não entende os impostos da fatura.",
            ),
            (
                "Explicamos o valor proporcional e creditamos o pacote.",
                "Emitimos uma nota de crédito da cobrança de roaming.",
            ),
        ),
        "Facturación › Pagos": Matter(
            (
                "Pagamento não aparece",
                "Cartão recusado",
                "Quer parcelar a dívida",
                "Pagou em dobro",
            ),
            (
                "Pagou o boleto e a conta continua em aberto.",
                "O débito automático recusou o cartão.",
                "Fez um Pix e não foi baixado.",
                "O link de pagamento dá erro.",
                "Precisa de alguns dias para pagar.",
            ),
            ("Localizamos o Pix e baixamos a fatura.", "Combinamos o parcelamento em três vezes."),
        ),
        "Cuenta › Datos del titular": Matter(
            (
                "Troca de titularidade",
                "Corrigir o nome",
                "Mudar e-mail e endereço",
                "Atualizar documento",
            ),
            (
                "O sobrenome está errado no cadastro.",
                "Mudou de casa e quer trocar o endereço.",
                "A linha está no nome do irmão.",
                "Perdeu acesso ao e-mail cadastrado.",
                "Trouxe o novo RG para atualizar os dados.",
            ),
            (
                "Conferimos o documento e corrigimos o nome.",
                "Trocamos o titular com a assinatura dos dois.",
            ),
        ),
        "Cuenta › Contrato": Matter(
            (
                "Quer cancelar",
                "Pergunta sobre a fidelidade",
                "Quer trocar de plano",
                "Multa por cancelamento",
            ),
            (
                "Achou uma oferta melhor em outra operadora.",
                "Quer saber quando termina o contrato.",
                "Pede um plano mais barato.",
                "Não quer renovar quando a fidelidade acabar.",
                "Pede o comprovante de cancelamento.",
            ),
            (
                "Oferecemos um plano menor e ela ficou.",
                "Informamos o fim da fidelidade e agendamos a troca de plano.",
            ),
        ),
    },
    "en": {
        "Red › Móvil": Matter(
            (
                "No signal at home",
                "Phone without coverage",
                "Calls keep dropping",
                "Cannot receive calls",
            ),
            (
                "The phone shows no service since yesterday.",
                "Signal is lost inside the building.",
                "Mobile data is very slow on 4G.",
                "Cannot call nor send texts.",
                "Restarted the handset and still no network.",
            ),
            (
                "The cell of the area was restarted and the signal is back.",
                "Network mode was set to 4G and the line registered anew.",
            ),
        ),
        "Red › Fibra": Matter(
            (
                "Home internet is slow",
                "Red light on the modem",
                "Fibre is down",
                "WiFi does not reach the bedroom",
            ),
            (
                "The LOS light of the modem blinks.",
                "Fibre speed drops in the evening.",
                "The technician missed the installation visit.",
                "The router restarts by itself.",
                "The fibre cable was cut in the street.",
            ),
            (
                "A technician replaced the fibre connector.",
                "The modem was updated remotely and the WiFi channel changed.",
            ),
        ),
        "Facturación › Cargos": Matter(
            (
                "Bill higher than usual",
                "Charge not recognised",
                "Billed for a service not ordered",
                "Question about proration",
            ),
            (
                "There is a roaming charge without any trip.",
                "The bill has a pack that was never ordered.",
                "The amount went up after the plan change.",
                "The same service was charged twice.",
                "Does not understand the GST on the bill.",
            ),
            (
                "Proration was explained and the pack credited.",
                "A credit note was issued for the roaming charge.",
            ),
        ),
        "Facturación › Pagos": Matter(
            ("Payment does not show", "Card declined", "Wants to pay in instalments", "Paid twice"),
            (
                "Paid at the shop and the invoice is still open.",
                "Autopay declined the card.",
                "Made a UPI transfer that was not applied.",
                "The payment link shows an error.",
                "Needs some more days to pay.",
            ),
            (
                "The UPI transfer was found and applied to the invoice.",
                "A payment plan in three parts was agreed.",
            ),
        ),
        "Cuenta › Datos del titular": Matter(
            (
                "Change of owner",
                "Correct the name",
                "New e-mail and address",
                "Update identity paper",
            ),
            (
                "The surname is misspelt on the account.",
                "Moved house and wants the address changed.",
                "The line is in her brother's name.",
                "Lost access to the registered e-mail.",
                "Brought the new Aadhaar to update the details.",
            ),
            (
                "The paper was verified and the name corrected.",
                "The owner was changed with both signatures.",
            ),
        ),
        "Cuenta › Contrato": Matter(
            (
                "Wants to cancel",
                "Asks about the lock-in",
                "Wants another plan",
                "Fee for cancelling",
            ),
            (
                "Found a better offer from a competitor.",
                "Wants to know when the contract ends.",
                "Asks for a cheaper plan.",
                "Does not want to renew at the end of the term.",
                "Asks for a letter of cancellation.",
            ),
            (
                "A smaller plan was offered and she stays.",
                "The end of term was told and the plan change scheduled.",
            ),
        ),
    },
}

# How much it matters: to how many, and to what they do.
WEIGHTY: dict[str, dict[Level, tuple[str, ...]]] = {
    "es": {
        Level.HIGH: (
            "Afecta a todas las líneas de la empresa.",
            "Su negocio está parado por esto.",
        ),
        Level.MEDIUM: ("Le pasa a dos personas de la familia.", "Le complica el trabajo en casa."),
        Level.LOW: ("Solo le pasa a ella.", "Es una molestia menor."),
    },
    "pt": {
        Level.HIGH: ("Afeta todas as linhas da empresa.", "A loja está parada por causa disso."),
        Level.MEDIUM: ("Acontece com duas pessoas da família.", "Atrapalha o trabalho em casa."),
        Level.LOW: ("Só acontece com ela.", "É um incômodo pequeno."),
    },
    "en": {
        Level.HIGH: (
            "All lines of the company are hit.",
            "The shop is at a standstill because of it.",
        ),
        Level.MEDIUM: ("Two members of the family have it.", "It makes working from home hard."),
        Level.LOW: ("Only she has it.", "It is a small nuisance."),
    },
}
PRESSING: dict[str, dict[Level, tuple[str, ...]]] = {
    "es": {
        Level.HIGH: ("Lo necesita hoy mismo.", "Es urgente, ya llamó tres veces."),
        Level.MEDIUM: ("Espera respuesta esta semana.", "Pide que le avisen en estos días."),
        Level.LOW: ("No tiene prisa.", "Cuando se pueda."),
    },
    "pt": {
        Level.HIGH: ("Precisa ainda hoje.", "É urgente, já ligou três vezes."),
        Level.MEDIUM: ("Espera resposta nesta semana.", "Pede retorno nos próximos dias."),
        Level.LOW: ("Não tem pressa.", "Quando for possível."),
    },
    "en": {
        Level.HIGH: ("Needs it today.", "It is urgent, third call already."),
        Level.MEDIUM: ("Expects an answer this week.", "Asks to hear back within days."),
        Level.LOW: ("There is no hurry.", "Whenever it suits."),
    },
}
