"""What options of tasks are called that no application names."""

from actions.titles import LANGUAGES
from actions.turn import Turn

_WORDS = {
    "esim": ("eSIM, by code", "eSIM, con un código", "eSIM, com um código"),
    "sim_card": ("SIM card in a shop", "Chip en una tienda", "Chip em uma loja"),
    "found": ("I found it", "Ya lo encontré", "Já encontrei"),
    "later": ("Later", "Más tarde", "Mais tarde"),
    "yes": ("Yes", "Sí", "Sim"),
    "no": ("No", "No", "Não"),
    "solved": ("It works now", "Ya funciona", "Já funciona"),
    "not_solved": ("Still the same", "Sigue igual", "Continua igual"),
    "no_signal": ("No signal", "Sin señal", "Sem sinal"),
    "slow_data": ("Slow or no internet", "Internet lento o sin datos", "Internet lenta ou sem dados"),
    "no_calls": ("Calls fail", "Fallan las llamadas", "As ligações falham"),
    "port_in": ("Bring my number here", "Traer mi número", "Trazer meu número"),
    "port_out": ("Take my number away", "Llevarme mi número", "Levar meu número"),
    "port_code": ("Show the code", "Ver el código", "Ver o código"),
    "keep_number": ("Keep my number here", "Quedarme con ustedes", "Ficar com vocês"),
    "pause": ("Pause the line", "Pausar la línea", "Pausar a linha"),
    "leave": ("Cancel anyway", "Cancelar de todos modos", "Cancelar mesmo assim"),
    "stay": ("Stay as it is", "Quedarme como estoy", "Ficar como está"),
    "field_email": ("E-mail", "Correo electrónico", "E-mail"),
    "field_city": ("City or address", "Ciudad o dirección", "Cidade ou endereço"),
    "field_name": ("Name", "Nombre", "Nome"),
    "field_phone": ("Telephone", "Teléfono", "Telefone"),
}
_TITLES = {name: dict(zip(LANGUAGES, words)) for name, words in _WORDS.items()}


def titled(name: str, turn: Turn) -> str:
    return _TITLES[name][turn.language]
