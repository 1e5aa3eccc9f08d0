"""Names of people of the three markets."""

FIRST = {
    "MX": "Guadalupe José María Juan Miguel Fernanda Alejandra Ximena Regina Santiago Rocío",
    "BR": "Antônio Francisco Carlos Lucas Luiz Gabriel Rafael Mariana Juliana Patrícia Conceição",
    "IN": "Aarav Vivaan Aditya Arjun Karthik Suresh Lakshmi Ananya Kavya Meera Harpreet Ayesha",
}
LAST = {
    "MX": "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Zúñiga Ibáñez",
    "BR": "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Assunção Nascimento",
    "IN": "Sharma Verma Gupta Singh Kumar Patel Reddy Nair Menon Iyer Mukherjee Deshpande Siddiqui",
}
MOBILE_PREFIX = {"MX": "+5255", "BR": "+55119", "IN": "+9198"}
