"""Names of people of the three markets."""

FIRST = {
    "MX": (
        "Guadalupe José María Juan Miguel Fernanda Alejandra Ximena Regina Santiago Emiliano "
        "Leonardo Rocío Itzel Citlali Joaquín Ramiro Beatriz Lourdes Hortensia Iván Ángel Elías "
        "Mónica Paola Renata Tadeo Ulises Verónica Yolanda"
    ).split(),
    "BR": (
        "Antônio Francisco Carlos Paulo Lucas Luiz Marcos Gabriel Rafael Mariana Juliana Patrícia "
        "Aline Bruna Camila Letícia Thaís Jéssica Vitória Conceição Raimundo Edivaldo Wellington "
        "Caio Heitor Ícaro Laís Odete Tainá Zélia"
    ).split(),
    "IN": (
        "Aarav Vivaan Aditya Arjun Rohan Karthik Suresh Ramesh Lakshmi Ananya Diya Ishita Kavya "
        "Meera Nandini Pooja Ritu Sneha Tanvi Harpreet Gurpreet Farhan Ayesha Imran Zoya Joseph "
        "Anjali Devika Manoj Vikram"
    ).split(),
}
LAST = {
    "MX": (
        "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores "
        "Gómez Morales Vázquez Jiménez Reyes Díaz Torres Gutiérrez Ruiz Mendoza Aguilar Ortiz "
        "Castillo Zúñiga Ibáñez"
    ).split(),
    "BR": (
        "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro "
        "Martins Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento "
        "Andrade Moreira Assunção"
    ).split(),
    "IN": (
        "Sharma Verma Gupta Singh Kumar Patel Reddy Nair Menon Iyer Iyengar Mukherjee Banerjee Das "
        "Chatterjee Rao Naidu Joshi Kulkarni Deshpande Khan Siddiqui Fernandes Pillai Gill Bhat"
    ).split(),
}
MOBILE_PREFIX = {"MX": "+5255", "BR": "+55119", "IN": "+9198"}
SUBSCRIBER_DIGITS = {"MX": 8, "BR": 8, "IN": 8}
