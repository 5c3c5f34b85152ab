"""The letters of ten years, in the voices of those who wrote them. Nora's own have no name before them."""

Mail = tuple[str, str, str]

THREADS: tuple[tuple[str, str, tuple[Mail, ...]], ...] = (
    ("nordwelle", "Your application", (
        ("Nordwelle Hamburg", "2016-06-06 10:12", "Dear Ms Behrens, your sample tape (a refrigerator, four minutes) caused a discussion here. Could you start on 1 July? The pay is what the table says."),
        ("", "2016-06-06 10:31", "Yes. I can bring the refrigerator."),
        ("Nordwelle Hamburg", "2016-06-06 15:02", "Please do not bring the refrigerator."))),
    ("leaving", "Leaving in August", (
        ("", "2018-05-28 18:20", "I am moving to Valencia in September, with the cello and without a contract. Thank you for two years of nights."),
        ("Nordwelle Hamburg", "2018-05-29 09:00", "We understand, and envy you. The studio clock is yours; it never fitted in here either."))),
    ("offer", "Onda Llevant: a chair for you", (
        ("Carmen Ferrer", "2019-02-11 12:40", "Nora, Pau dice que oyes cosas que él no oye, y Pau oye murciélagos. Tenemos silla, mesa y un contrato desde marzo. El sueldo es modesto y puntual. ¿Vienes? Carmen"),
        ("", "2019-02-11 12:44", "Voy."),
        ("Carmen Ferrer", "2019-02-11 12:45", "Ni lo has pensado."),
        ("", "2019-02-11 12:46", "Lo he oído."))),
    ("lockdown", "Eight o'clock, balcony", (
        ("Lotte Behrens", "2020-03-21 19:10", "Klatschen sie bei euch auch? Hier oben klatscht nur Papa, aber mit Flaggen."),
        ("", "2020-03-21 20:25", "Every evening, seven minutes. I hang a microphone out. On Thursday a trumpet joined in, third floor opposite, and somebody cried without turning away."),
        ("Lotte Behrens", "2020-03-22 08:00", "Schick mir die Trompete."))),
    ("fever", "Seven days in one room", (
        ("", "2020-11-14 11:00", "Positive. Iker leaves soup outside the door like a monk. I smell nothing, not even his soup, which he takes personally."),
        ("Elena Popescu", "2020-11-14 13:20", "Drink, sleep, count your breaths: under 20 a minute is fine. If it is over 24 you ring me, not the internet. E."),
        ("", "2020-11-17 09:40", "Sixteen. And this morning: coffee, faintly, from very far away."),
        ("Elena Popescu", "2020-11-17 09:52", "Then you are cured and insufferable again."))),
    ("flat", "El piso de Carrer de la Reina", (
        ("Fincas Cabanyal", "2021-06-21 09:30", "Estimada Sra. Behrens: el contrato está listo. Tercero sin ascensor, 780 euros, dos meses de fianza. Llaves el 1 de julio a las 10."),
        ("", "2021-06-21 09:58", "De acuerdo. Una pregunta: ¿cómo suena por la noche?"),
        ("Fincas Cabanyal", "2021-06-21 12:15", "Nadie nos había preguntado eso. Suena a calle."))),
    ("wrist", "The wrist", (
        ("", "2022-10-09 21:15", "Broken, left, the hand that finds the notes. Six weeks of plaster. I type this with one thumb and no capital letters where I can avoid them."),
        ("Rosa Calatrava", "2022-10-10 08:30", "El violonchelo espera mejor que nosotros. Mientras tanto: escucha. Cuando te quiten el yeso ven a verme, empezamos por la cuerda al aire. Rosa"),
        ("", "2022-11-19 11:02", "Plaster off. I could hold a pear."),
        ("Rosa Calatrava", "2022-11-19 12:00", "Una pera ya es un arco."))),
    ("dublin", "What would you do with money?", (
        ("Aoife Brennan", "2023-05-02 16:45", "Nora, we met in a lift that would not stop humming. I asked what you would do with money. You said: ask people what their work sounded like before it goes. Write me four pages."),
        ("", "2023-05-03 23:58", "They are seven. I am sorry. I cut the thanks."),
        ("Aoife Brennan", "2023-05-04 09:15", "Good. Patience now: committees ripen like cheese."))),
    ("refund", "Flight LL 442 of 19 January is cancelled", (
        ("Llevant Air", "2024-01-19 07:40", "Dear passenger, because of freezing rain in Hamburg your flight LL 442 is cancelled. Your fare of 127.80 EUR will be refunded to the card that you paid with."),
        ("", "2024-01-20 22:10", "Thank you. I went by train. I do not think that you will hear from me again, but it is not about the rain."))),
    ("hull", "Boot", (
        ("", "2025-10-09 22:30", "Jonas, only hypothetically: a dinghy of 1968, carvel, larch on oak, some black spots. Two hundred and forty euros."),
        ("Jonas Petersen", "2025-10-10 06:50", "Nein."),
        ("", "2025-10-11 12:05", "We have bought her. Her name is Alondra."),
        ("Jonas Petersen", "2025-10-11 12:30", "Dann also: Spiegel abklopfen, Kielbolzen ziehen, nichts streichen, bevor ich es gesehen habe. Glückwunsch, ihr Esel."))),
    ("grant", "Voices of the Harbour: decision", (
        ("Aoife Brennan", "2025-10-30 16:20", "As I said in the stairwell: yes. EUR 18,400 in three parts. The committee asked that nobody clean the recordings. I said that this would not be a problem."),
        ("", "2025-10-30 16:26", "I am typing this standing on a chair, which is also not a problem."),
        ("Carmen Ferrer", "2025-10-30 16:40", "Baja de la silla. Y pide factura de todo."))),
    ("box114", "Caja 114", (
        ("Tomàs Vidal", "2025-12-03 10:05", "Benvolguda Nora: la caixa 114 és sobre la taula. Hi ha nòmines, un xiulet i una fotografia amb trenta-dues dones al moll. Porta guants."),
        ("", "2025-12-03 10:40", "Miércoles a las diez. ¿Se puede grabar el silbato?"),
        ("Tomàs Vidal", "2025-12-03 11:02", "Es pot. Ningú no l'ha sentit des de 1961."))),
    ("tape7", "Your tape 7", (
        ("Mads Kjær", "2026-05-28 18:40", "Dear Nora, the brand on cassette 7 was not sold before 1968, so Oma's *summer of 1961* was told later, or is another summer. The voice is hers. The gull is certainly genuine. Best, Mads"),
        ("", "2026-05-29 09:10", "I asked her on the telephone. She said: *Kind, 1961 war lang.*"),
        ("Mads Kjær", "2026-05-29 09:31", "I shall put this into the catalogue word for word."))),
    ("report2", "Second report", (
        ("David Lang", "2026-06-01 11:15", "Nora, for the fund I have 31 receipts and 33 payments. Two coffees in Aarhus are in crowns and have no paper. Were they really for the project? David"),
        ("", "2026-06-01 11:20", "One was for Mads. The other one was for courage."),
        ("David Lang", "2026-06-01 11:24", "I shall book it under *subsistence*."))),
    ("insure", "A boat, hypothetically", (
        ("", "2026-05-31 20:05", "We would like to insure a dinghy: 4.70 m, 1968, two owners, one bucket."),
        ("Mutua del Golfo", "2026-06-02 09:12", "Apreciada Nora: necesitamos el informe del casco, tres fotografías y el valor. ¿El cubo va incluido?"))),
)  # fmt: skip
"""Key, subject, and who wrote when what."""
