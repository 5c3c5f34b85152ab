"""The journeys of ten years, from the first one with a recorder to the long one without an aeroplane."""

from graph.demo.episodes import Leg, Sight, Trip

EARLY = (
    Trip(
        "copenhagen16",
        "Copenhagen with Lotte",
        "2016-08-19",
        3,
        "copenhagen",
        "holiday",
        "Lotte Behrens",
        (
            Leg("train", "EC 33", "2016-08-19 08:28", "2016-08-19 13:22", "hamburg", "copenhagen", "26, 41", "49.90"),
            Leg("train", "EC 38", "2016-08-21 15:37", "2016-08-21 20:22", "copenhagen", "hamburg", "21, 15", "49.90"),
        ),
        (
            Sight(0, "16:40", "The train on the ferry, before it was abolished", 54.6536, 11.3515),
            Sight(1, "10:05", "Bicycles breathing at a red light", 55.6837, 12.5716),
            Sight(1, "19:50", "Lotte explains a crab to its owner", 55.6796, 12.5913),
            Sight(2, "11:15", "My first recorder on a harbour wall", 55.6906, 12.5998),
        ),
        "First journey with the recorder that I bought from my first wage. I have four hours of bicycle bells and no"
        " photograph of the mermaid. [[Lotte Behrens|Lotte]] says that this is a decision about a life.",
        "Lottchen here. Your bells are a lullaby: I fell asleep at minute two. Next time record the crab.",
        (
            ("Lotte Behrens", "Bist du schon am Gleis?"),
            ("", "Seit zwanzig Minuten. Die Durchsage ist wunderbar."),
            ("Lotte Behrens", "Du nimmst doch nicht etwa die Durchsage auf"),
            ("", "Stereo."),
        ),
        "Cabin Nyhavn",
        "88.00",
        "Grøften, herring in five ways",
        after=True,
    ),
    Trip(
        "lisbon17",
        "Lisbon by ear",
        "2017-05-11",
        5,
        "lisbon",
        "work",
        "Pau Soler",
        (
            Leg("flight", "LL 567", "2017-05-11 06:50", "2017-05-11 09:15", "ham", "lis", "14F", "118.40"),
            Leg("flight", "LL 568", "2017-05-15 18:05", "2017-05-15 22:20", "lis", "ham", "9A", "96.20"),
        ),
        (
            Sight(0, "12:30", "Tram 28 takes a corner like a cello", 38.7117, -9.1290),
            Sight(1, "08:10", "The knife grinder's whistle, Alfama", 38.7122, -9.1303),
            Sight(2, "21:45", "Fado through a closed door", 38.7139, -9.1445),
            Sight(3, "17:20", "Cacilhas ferry, engine room with permission", 38.6880, -9.1475),
        ),
        "A radio feature about a city with the eyes shut. On the ferry to Cacilhas a tall man with a better microphone"
        " asked me to stand a metre further left. His name is [[Pau Soler]], he is from [[Valencia]], and he was right.",
        "Hola Nora, soy Pau, el del metro a la izquierda. Te mando mi toma del ferry. Si algún día pasas por Valencia,"
        " hay un mercado que suena mejor que Lisboa.",
        (
            ("Pau Soler", "¿Escuchaste la sirena al fondo?"),
            ("", "¿La de las 18:04? La tengo en mono y en el corazón."),
            ("Pau Soler", "En mono. Ay."),
            ("", "96 kHz no cura todo."),
        ),
        "Pensão do Eco",
        "54.00",
        "A Tasca do Chico, sardines",
        after=True,
    ),
    Trip(
        "move18",
        "The move to Valencia",
        "2018-09-03",
        1,
        "valencia",
        "move",
        "Julia Marín",
        (Leg("flight", "LL 442", "2018-09-03 11:20", "2018-09-03 14:05", "ham", "vlc", "3A and 3B", "204.00"),),
        (
            Sight(0, "09:40", "Two suitcases, one cello, no plan", 53.6304, 9.9882),
            Sight(0, "15:30", "Herr Behrens clears customs", 39.4893, -0.4816),
            Sight(0, "20:55", "First evening: the street is louder than the flat", 39.4691, -0.3296),
        ),
        "Moved. The cello had the window seat and was offered tomato juice. [[Julia Marín|Julia]], whom I knew from one"
        " choir weekend, stood at arrivals with a sign that said *Orchestra*. I have a room in [[El Cabanyal]], a"
        " mattress, and twelve words of Valencian, four of them about rice.",
        "Bring nothing, I have two pans. The neighbours sing. You will not sleep, but you will have material. Julia",
        (
            ("Julia Marín", "Landed?"),
            ("", "Landed. The cello too. It had tomato juice."),
            ("Julia Marín", "I am the one with the ridiculous sign"),
            ("", "I see eleven ridiculous signs. Ah. *Orchestra*."),
        ),
        table="Casa Guillermo, anchovies and a welcome",
    ),
    Trip(
        "kiel19",
        "Christmas in Kiel",
        "2019-12-21",
        8,
        "kiel",
        "family",
        "Heike Behrens",
        (
            Leg("flight", "LL 441", "2019-12-21 07:10", "2019-12-21 10:00", "vlc", "ham", "21C", "131.50"),
            Leg("flight", "LL 442", "2019-12-28 11:20", "2019-12-28 14:05", "ham", "vlc", "21D", "131.50"),
        ),
        (
            Sight(0, "16:20", "The Oslo ferry says good evening", 54.3192, 10.1401),
            Sight(3, "18:00", "Oma Grete conducts the goose", 54.3402, 10.1313),
            Sight(4, "11:45", "Iker's first dyke", 54.4069, 10.2301),
            Sight(6, "14:10", "Papa signals MERRY with flags", 54.4066, 10.2287),
        ),
        "[[Iker Etxeberria|Iker]] met everybody at once, which is the only way to meet us. [[Uwe Behrens|Papa]] spoke to"
        " him in ferry Spanish for two hours. [[Oma Grete|Oma]] put her hand on his and said: *Der bleibt.*",
        "Mein Kind, die Gans ist bestellt, Uwe hat die Flaggen gebügelt. Bringt warme Sachen für den jungen Mann mit."
        " Isst er Hering? Deine Mama",
        (
            ("Heike Behrens", "Isst er nun Hering?"),
            ("", "Er sagt, er isst alles, was nicht widerspricht."),
            ("Heike Behrens", "Dann passt er zu uns."),
            ("Uwe Behrens", "⚓️ Anleger 3, 10:40, ich winke"),
        ),
        table="Schiffercafé, fish soup",
    ),
    Trip(
        "getxo21",
        "Our wedding in Getxo",
        "2021-06-02",
        6,
        "getxo",
        "family",
        "Amaia Etxeberria",
        (
            Leg("train", "Alvia 4382", "2021-06-02 07:35", "2021-06-02 14:50", "sorolla", "bilbao", "5, 3C", "62.30"),
            Leg("train", "Alvia 4383", "2021-06-07 12:10", "2021-06-07 19:25", "bilbao", "sorolla", "5, 3D", "62.30"),
        ),
        (
            Sight(1, "19:30", "The hanging bridge carries six cars and our witnesses", 43.3231, -3.0170),
            Sight(3, "12:05", "Nerea throws rice with an overarm action", 43.3567, -3.0121),
            Sight(3, "23:40", "Amaia dances, her knees object, she overrules", 43.3574, -3.0131),
            Sight(4, "13:20", "Breakfast for thirty, at one", 43.3571, -3.0119),
        ),
        "Married. Thirty people because of the rules, and all thirty cried, [[Mikel Etxeberria|Mikel]] first."
        " [[Nerea Etxeberria|Nerea]], three, asked whether I would now be *finished*.",
        "Hija, las llaves están donde siempre, la tarta es de almendra, y llueve, pero aquí eso trae suerte. Amaia",
        (
            ("Mikel Etxeberria", "¿Quién tiene los anillos?"),
            ("Iker Etxeberria", "Tú."),
            ("Mikel Etxeberria", "…"),
            ("Mikel Etxeberria", "Los tengo. Los tiene Nerea. Los tengo."),
        ),
        table="Asador Itsaso, turbot for thirty",
    ),
    Trip(
        "azores21",
        "The Azores, afterwards",
        "2021-06-09",
        10,
        "azores",
        "holiday",
        "Iker Etxeberria",
        (
            Leg("flight", "LL 610", "2021-06-09 06:30", "2021-06-09 07:10", "vlc", "lis", "7A", "84.00"),
            Leg("flight", "LL 690", "2021-06-09 09:45", "2021-06-09 11:15", "lis", "pdl", "12A", "112.00"),
            Leg("flight", "LL 691", "2021-06-18 12:30", "2021-06-18 15:50", "pdl", "lis", "4F", "112.00"),
            Leg("flight", "LL 611", "2021-06-18 18:20", "2021-06-18 21:00", "lis", "vlc", "8F", "84.00"),
        ),
        (
            Sight(1, "10:20", "Whale, or a wave with ambition", 37.7003, -25.6650),
            Sight(2, "15:05", "Two lakes, one of them sulking", 37.8405, -25.7930),
            Sight(4, "12:00", "Lunch cooked by a volcano", 37.7716, -25.3038),
            Sight(6, "07:30", "Iker titrates a hot spring", 37.7731, -25.3144),
            Sight(8, "21:10", "Shearwaters: they sound like ducks doing Wagner", 37.7390, -25.6687),
        ),
        "Nine nights on a green thing in the Atlantic. At night the shearwaters come home and quarrel in the voice of a"
        " kazoo; I have ninety minutes of it. [[Iker Etxeberria|Iker]] measured the pH of everything that steamed.",
        "Nora, I booked the seats by the window for you and by the exit for my legs. The spring at Furnas has pH 6.3 and"
        " so will I, after ten days without a timetable. Iker",
        (
            ("Iker Etxeberria", "Where are you"),
            ("", "On the roof. With the birds."),
            ("Iker Etxeberria", "It is two in the morning, wife"),
            ("", "They are discussing something important."),
        ),
        "Casa das Hortênsias",
        "71.00",
        "Tony's, stew out of the ground",
    ),
    Trip(
        "kiel22",
        "Summer in Kiel",
        "2022-08-05",
        12,
        "kiel",
        "family",
        "Uwe Behrens",
        (
            Leg("flight", "LL 441", "2022-08-05 07:10", "2022-08-05 10:00", "vlc", "ham", "17A", "149.00"),
            Leg("flight", "LL 442", "2022-08-16 11:20", "2022-08-16 14:05", "ham", "vlc", "17A", "149.00"),
        ),
        (
            Sight(2, "13:00", "The engine of the pilot boat, cleaned for me", 54.3653, 10.1437),
            Sight(5, "10:30", "Papa's log book, page one", 54.3402, 10.1313),
            Sight(7, "19:15", "Jonas bends a plank and looks at Lotte", 54.4071, 10.2262),
            Sight(9, "22:05", "Meteors, counted by Mama, forty-one", 54.4075, 10.2309),
        ),
        "Twelve days of wind. [[Uwe Behrens|Papa]] took me on the pilot boat; the engine is a waltz. [[Lotte Behrens|"
        "Lotte]] has begun to talk about wood, which means that she talks about [[Jonas Petersen]].",
        "Nora, Lotsenboot geht klar: Dienstag, 13 Uhr, feste Schuhe. Der Maschinist hat gefragt, ob er vorher putzen"
        " soll. Ich habe gesagt: Das Mikrofon sieht nichts. Er putzt trotzdem. Papa",
        (
            ("Uwe Behrens", "Wind 6, Mikrofon festhalten"),
            ("", "Ist festgehalten. Ich auch?"),
            ("Uwe Behrens", "Du bist Kieler Sprotte, du klebst"),
            ("", "❤️"),
        ),
        table="Fischbar Schleuse, plaice",
    ),
)
