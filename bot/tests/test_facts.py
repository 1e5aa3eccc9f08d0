"""What is found in a message by its shape, and its normal form: one golden table a kind."""

from datetime import date

import pytest

from components.facts import facts_in
from components.finding import Setting

TODAY = date(2026, 11, 25)  # a Wednesday


def found(text, entity, market="MX"):
    return [each["value"] for each in facts_in(text, Setting(market, TODAY)) if each["entity"] == entity]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("the 20 giga one", "plus-20gb"),
        ("no, mejor la de 5 gigas", "starter-5gb"),
        ("la ilimitada", "max-unlimited"),
        ("MAX", "max-unlimited"),
        ("quero o família", "family-share"),
        ("o de 600 megas", "fibra-600"),
        ("a de 600 fica quanto a mais", "fibra-600"),
        ("fiber 300 please", "fibra-300"),
        ("tv mix", "tv-mix"),
        ("no la de 5, la de 20", "plus-20gb"),
        ("20 gb", "plus-20gb"),
        ("20GB plan pls", "plus-20gb"),
        ("cámbiame al plus", "plus-20gb"),
        ("switch me to Pluss", "plus-20gb"),
        ("el startr", "starter-5gb"),
        ("quiero el estarter", "starter-5gb"),
        ("Starter 5GB", "starter-5gb"),
        ("Plus 20GB", "plus-20gb"),
        ("Max Unlimited", "max-unlimited"),
        ("Family Share", "family-share"),
        ("famly plan", "family-share"),
        ("the unlimted one", "max-unlimited"),
        ("el sin límites", "max-unlimited"),
        ("Fibra 300", "fibra-300"),
        ("fivra de 600", "fibra-600"),
        ("300 mbps", "fibra-300"),
        ("plano de 600 mega", "fibra-600"),
        ("quiero tv mics", "tv-mix"),
        ("the one you pay at month end with 20 giga", "plus-20gb"),
        ("switch us onto that family thing", "family-share"),
        ("bota eu, mãe e vó tudo no família", "family-share"),
        ("troca minha fibra pela de 600", "fibra-600"),
        ("pago 300 mega e no teste dá 11, no cabo", "fibra-300"),
        ("esse de 20 giga é meu número", "plus-20gb"),
        ("that 20 gig deal", "plus-20gb"),
        ("sobe pra 20", "plus-20gb"),
        ("me suben al 20", "plus-20gb"),
        ("me bota no de 20 giga", "plus-20gb"),
        ("two Starters", "starter-5gb"),
        ("quiero la familiar", "family-share"),
        ("bájame del Plus", "plus-20gb"),
        ("máx ilimitado", "max-unlimited"),
        ("quero mudar pro Max", "max-unlimited"),
        ("passa minha linha pro max agora", "max-unlimited"),
    ],
)
def test_plans_are_found_by_what_customers_call_them(text, plan):
    assert found(text, "plan_name")[-1] == plan
    assert len(set(found(text, "plan_name"))) == (2 if "no la de 5," in text else 1)


@pytest.mark.parametrize(
    "text",
    [
        "recarga de 300 pesos y 20 más",
        "plus I have no signal",
        "mi familia no tiene señal",
        "iphone 15 pro max",
        "comprei um Pro Max",
        "my iPhone Pro Max has no signal",
        "me quedan 20 gb o menos?",
        "unlimited calls included?",
        "quiero comprar 5 gb más",
        "covers up to five people",
        "canta a las cinco, todos los días",
        "atualizando a família",
        "quiero un finde ilimitado encima de lo que tengo",
        "me quedan 300 megas",
        "sobe pra 20 reais",
        "pasa a 5 minutos de mi casa",
        "ese de 20 pesos",
        "me acabé los 5 gigas",
        "used up the 5 gigs already",
        "pacote de 5 giga pra hoje",
        "max 20 euros a month",
        "away 3 dec to 20 dec",
    ],
)
def test_what_only_sounds_like_a_plan_is_none(text):
    assert found(text, "plan_name") == []


@pytest.mark.parametrize(
    ("text", "market", "amount", "currency"),
    [
        ("me cobraron $1,299.00 ayer", "MX", "1299", "MXN"),
        ("paguei R$ 1.299,90", "BR", "1299.90", "BRL"),
        ("R$50", "BR", "50", "BRL"),
        ("50 reais", "BR", "50", "BRL"),
        ("cinquenta reais", "BR", "50", "BRL"),
        ("dezenove e noventa reais", "BR", "19.90", "BRL"),
        ("cento e vinte e nove reais", "BR", "129", "BRL"),
        ("tres con cincuenta soles", "PE", "3.50", "PEN"),
        ("stick a tenner on it", "GB", "10", "GBP"),
        ("two fivers", "GB", "10", "GBP"),
        ("200 pesos", "MX", "200", "MXN"),
        ("200 pesos", "AR", "200", "ARS"),
        ("2 mil pesos", "CO", "2000", "COP"),
        ("5 lucas", "CL", "5000", "CLP"),
        ("they grabbed my ten bucks", "US", "10", "USD"),
        ("Rs 499", "IN", "499", "INR"),
        ("₹199.50", "IN", "199.50", "INR"),
        ("499 rupees only", "IN", "499", "INR"),
        ("£12.5 gone", "GB", "12.5", "GBP"),
        ("20 quid", "GB", "20", "GBP"),
        ("S/ 30", "PE", "30", "PEN"),
        ("30 soles", "PE", "30", "PEN"),
        ("US$ 15", "MX", "15", "USD"),
        ("15 dólares", "MX", "15", "USD"),
        ("MXN 299", "MX", "299", "MXN"),
        ("10€ no meu", "", "10", "EUR"),
        ("me cargaron 12,50 € de más", "", "12.50", "EUR"),
        ("twenty five pounds and forty pence", "GB", "25.40", "GBP"),
        ("20 pavos", "", "20", "EUR"),
        ("50 paus", "BR", "50", "BRL"),
    ],
)
def test_amounts_are_told_as_numbers_with_their_currency(text, market, amount, currency):
    assert (found(text, "amount", market), found(text, "currency", market)) == ([amount], [currency])


@pytest.mark.parametrize("text", ["recarga de 100", "top up 100", "quiero una recarga por 100"])
def test_a_top_up_needs_no_currency(text):
    assert (found(text, "amount"), found(text, "currency")) == (["100"], [])


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("whats this 4.99 thing", ["4.99"]),
        ("premium horoscope at 4.99 a week", ["4.99"]),
        ("it went off at 4.30 and again at 5.15", []),
        ("recarrega 30 no pix", ["30"]),
        ("ponerle 10 mil a la de mi mamá", ["10000"]),
        ("recargué por error 300 a otro número", ["300"]),
        ("la devolución de los 18.900", ["18900"]),
        ("o CEP mudou, agora é 60115-221", []),
        ("it's normally 32 and this time you want 71", ["32", "71"]),
        ("put 20 on my phone", ["20"]),
        ("they grabbed my twenty and nothing came", ["20"]),
        ("reverse the 1000 i sent", ["1000"]),
        ("250/- vanished", ["250"]),
        ("abeg load 1k for me", ["1000"]),
        ("ponme 100 al 55 4433 2211", ["100"]),
        ("se llevaron los 200 y sigue muerto", ["200"]),
        ("le rebajaron 25.990 y sigue la deuda", ["25990"]),
        ("les puedo dar 30 mil hoy", ["30000"]),
        ("VEIO 189 SENDO QUE MEU PLANO É 99", ["189", "99"]),
        ("todo dia some 1,99 do meu crédito", ["1.99"]),
        ("cobraram quarenta e três", ["43"]),
        ("the 399 got deducted", ["399"]),
        ("recharge karna hai 299 ka", ["299"]),
        ("50 on my phone please", ["50"]),
        ("por favor 20 de recarga", ["20"]),
        ("recargué 20mil", ["20000"]),
        ("what is there for 30 a month", ["30"]),
        ("the fifty i added is gone", ["50"]),
        ("me debitaron dos veces 12.500", ["12500"]),
    ],
)
def test_what_is_paid_or_taken_needs_no_currency(text, amounts):
    assert found(text, "amount", "") == amounts


@pytest.mark.parametrize(
    "text",
    [
        "no hay ni un sol de esa recarga",
        "digitei 9 mil vezes",
        "impreso en diez mil servilletas",
        "pagué hace 15 días",
        "cargué 10 gb",
        "put my 3 lines together",
        "reunión de las 11",
    ],
)
def test_a_number_of_something_else_is_no_amount(text):
    assert found(text, "amount", "") == []


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("300 bob", "300", "KES"),
        ("two lots of R150 off my account", "150", "ZAR"),
        ("métele diez solcitos", "10", "PEN"),
        ("thirty-one pounds", "31", "GBP"),
        ("mil e quinhentos reais", "1500", "BRL"),
        ("40k rupees", "40000", "INR"),
        ("200 bucks", "200", "bucks"),
        ("deposité $300", "300", "$"),
    ],
)
def test_without_a_market_a_currency_is_told_as_far_as_it_is_known(text, amount, currency):
    assert (found(text, "amount", ""), found(text, "currency", "")) == ([amount], [currency])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-12", "2026-11-12"),
        ("el 12/11", "2026-11-12"),
        ("12/11/2026", "2026-11-12"),
        ("12.11.26", "2026-11-12"),
        ("el 5 de mayo", "2027-05-05"),
        ("5 de maio de 2027", "2027-05-05"),
        ("el 1º de diciembre", "2026-12-01"),
        ("primero de enero", "2027-01-01"),
        ("May 5th", "2027-05-05"),
        ("on the 3rd of December", "2026-12-03"),
        ("dec 24", "2026-12-24"),
        ("amanhã", "2026-11-26"),
        ("pago mañana", "2026-11-26"),
        ("pasado mañana", "2026-11-27"),
        ("depois de amanhã", "2026-11-27"),
        ("yesterday", "2026-11-24"),
        ("anteontem", "2026-11-23"),
        ("hoje", "2026-11-25"),
        ("el viernes", "2026-11-27"),
        ("next monday", "2026-11-30"),
        ("el lunes pasado", "2026-11-23"),
        ("last friday", "2026-11-20"),
        ("el día 30", "2026-11-30"),
        ("dia 10", "2026-12-10"),
        ("on the 15th", "2026-12-15"),
        ("raised on 12th", "2026-12-12"),
        ("ended as from the fifteenth", "2026-12-15"),
        ("se puede para el 30 que me pagan", "2026-11-30"),
        ("me voy a Miami el 12, diez días", "2026-12-12"),
        ("switching 2moro", "2026-11-26"),
        ("prova na quinta, às dez", "2026-11-26"),
        ("faço live toda quarta", "2026-12-02"),
        ("pdf of october please", "2026-10"),
        ("boleta de octubre", "2026-10"),
        ("em junho era 80", "2026-06"),
        ("posted to another base in July", "2026-07"),
        ("contract finished in May", "2026-05"),
        ("tax documents for April to June", "2026-04/2026-06"),
        ("de sexta a domingo", "2026-11-27/2026-11-29"),
        ("del 10 al 20 de julio", "2026-07-10/2026-07-20"),
        ("roaming july 3-9", "2026-07-03/2026-07-09"),
        ("away 3 dec to 20 dec", "2026-12-03/2026-12-20"),
        ("since yday", "2026-11-24"),
        ("vem na segunda mesmo?", "2026-11-30"),
        ("siempre llega el 10", "2026-12-10"),
        ("pago el vie", "2026-11-27"),
    ],
)
def test_dates_are_told_as_days(text, day):
    assert found(text, "date") == [day]


@pytest.mark.parametrize(
    "text",
    [
        "por la mañana no hay señal",
        "31/02/2026",
        "esta mañana",
        "the 20 giga one",
        "quiero el 20",
        "segunda via",
        "a quarta vez que ligo",
        "may I pay",
        "soy Julio",
        "the 3rd time",
    ],
)
def test_what_only_looks_like_a_date_is_none(text):
    assert found(text, "date") == []


def test_in_the_united_states_the_month_comes_first():
    assert found("11/12/2026", "date", "US") == ["2026-11-12"]


@pytest.mark.parametrize(
    ("text", "market", "number"),
    [
        ("55 1234 5678", "MX", "+525512345678"),
        ("+52 55 1234 5678", "MX", "+525512345678"),
        ("525512345678", "MX", "+525512345678"),
        ("(11) 91234-5678", "BR", "+5511912345678"),
        ("98765 43210", "IN", "+919876543210"),
        ("09876543210", "IN", "+919876543210"),
        ("07911 123456", "GB", "+447911123456"),
        ("912 345 678", "PE", "+51912345678"),
        ("5512345678", "", "5512345678"),
        ("o fixo 3322-4010", "", "33224010"),
        ("line 555-0199", "", "5550199"),
    ],
)
def test_phone_numbers_are_told_as_they_are_dialled_from_anywhere(text, market, number):
    assert found(text, "phone_number", market) == [number]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("caso TT-2026-000123", "ticket_number", "TT-2026-000123"),
        ("tt 2026 000123?", "ticket_number", "TT-2026-000123"),
        ("mi ticket 000123", "ticket_number", "TT-2026-000123"),
        ("factura inv-mx-2026-000045", "invoice_number", "INV-MX-2026-000045"),
        ("Soy Ana@X.mx", "email", "ana@x.mx"),
        ("ana punto paz arroba gmail punto com", "email", "ana.paz@gmail.com"),
        ("ana guion bajo paz arroba gmail punto com", "email", "ana_paz@gmail.com"),
        ("TT-2026-45", "ticket_number", "TT-2026-000045"),
        ("hice un bizum", "payment_method", "bizum"),
        ("em débito direto", "payment_method", "direct_debit"),
        ("put it on card", "payment_method", "card"),
        ("la tarjeta vencida", "payment_method", "card"),
        ("chip 8952 0201 2345 6789 012", "iccid", "8952020123456789012"),
        ("8955 0312345678901234", "iccid", "89550312345678901234"),
        ("quiero comprar 5 gb más", "data_volume", "5 GB"),
        ("giga extra: un giga", "data_volume", "1 GB"),
        ("500 megas", "data_volume", "500 MB"),
        ("1,5GB", "data_volume", "1.5 GB"),
        ("un giga y medio", "data_volume", "1.5 GB"),
        ("medio giga", "data_volume", "0.5 GB"),
        ("viajo a Estados Unidos", "country", "US"),
        ("going to the UK", "country", "GB"),
        ("vou pra França", "country", "FR"),
        ("pago con tarjeta de crédito", "payment_method", "credit_card"),
        ("no cartão", "payment_method", "card"),
        ("by Pix", "payment_method", "pix"),
        ("con mercado pago", "payment_method", "mercado_pago"),
        ("M-Pesa", "payment_method", "mpesa"),
        ("SR 5512098 pending", "ticket_number", "5512098"),
        ("one more gig", "data_volume", "1 GB"),
        ("what happens in Zimbabwe", "country", "ZW"),
        ("lua de mel nas Maldivas", "country", "MV"),
        ("going to the US", "country", "US"),
        ("flying to usa", "country", "US"),
        ("charge it to the card", "payment_method", "card"),
        ("my bank card", "payment_method", "debit_card"),
        ("cuenta corriente", "payment_method", "bank_account"),
        ("no débito", "payment_method", "debit_card"),
        ("no débito em conta", "payment_method", "direct_debit"),
        ("no crédito em duas vezes", "payment_method", "credit_card"),
        ("passei o cartão e deu erro", "payment_method", "card"),
        ("cadastra meu nubank", "payment_method", "nubank"),
        ("pago en efectivo", "payment_method", "cash"),
        ("paguei em dinheiro", "payment_method", "cash"),
    ],
)
def test_other_facts_have_one_form(text, kind, value):
    assert found(text, kind) == [value]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a loja usa o 4G do celular", "country"),
        ("tell us why", "country"),
        ("la Ciudad de México", "country"),
        ("conta no Banco do Brasil", "country"),
        ("me gana la prisa", "country"),
        ("my card machine was down", "payment_method"),
        ("just got the little card in the post", "payment_method"),
        ("my visa application", "payment_method"),
        ("the cash is out of my account", "payment_method"),
        ("no he usado ni un mega", "data_volume"),
    ],
)
def test_words_that_only_look_like_a_fact_are_none(text, kind):
    assert found(text, kind) == []


def test_one_stretch_of_letters_is_one_fact():
    text = "Soy ana@x.mx, 55 1234 5678, me cobraron $1,299.00 el 12/11, caso TT-2026-000123"

    kinds = [each["entity"] for each in facts_in(text, Setting("MX", TODAY))]

    assert kinds == ["email", "phone_number", "currency", "amount", "date", "ticket_number"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("they took $1,299.00", ["$", "1,299.00"]),
        ("10 dollars gone", ["10", "dollars"]),
        ("3 mil pesos", ["3 mil", "pesos"]),
        ("40k rupees", ["40k", "rupees"]),
        ("12,50 €", ["12,50", "€"]),
    ],
)
def test_an_amount_and_its_currency_are_marked_apart(text, words):
    assert [text[each["start"] : each["end"]] for each in facts_in(text, Setting("", TODAY))] == words


def test_a_card_number_is_no_phone_number():
    assert facts_in("4111 1111 1111 1111", Setting("MX", TODAY)) == []
