"""People and organizations: those whom the address book lacks, because one pays them rather than knows them."""

from graph.demo.life import Life, at, between, pick

FIRMS = (
    ("llevant-air", "Llevant Air", "airline", "Until January 2024. See the journey to Oma's ninetieth.", "booking@llevantair.example"),
    ("ferrocarriles", "Raíl del Este", "railway", "Since January 2024. Loyalty card, window, forward.", "billetes@raildeleste.example"),
    ("nordwelle", "Nordwelle Hamburg", "radio", "My first job: tape, traffic news, and nights.", "personal@nordwelle.example"),
    ("landlord", "Fincas Cabanyal", "real estate", "Our landlord. Writes letters; see [[The flat]].", "gestion@fincascabanyal.example"),
    ("bank", "Caixa del Port", "bank", "The account with the lighthouse on the card.", "avisos@caixadelport.example"),
    ("grocer", "Mercado Rosell", "grocery", "Fish on Fridays, gossip all week.", None),
    ("hilo", "Hilo Mobile", "telecommunications", "The telephone and the router.", "facturas@hilo.example"),
    ("onda-music", "Marea Music", "streaming", "Bach without advertisements.", "hello@mareamusic.example"),
    ("nube", "Nube Archive", "software", "Copies of every recording, in another country.", "billing@nubearchive.example"),
    ("mutua", "Mutua del Golfo", "insurance", "Flat, cello, and perhaps one day the boat.", "polizas@mutuagolfo.example"),
    ("power", "Llum Cooperativa", "utility", "Electricity by people who answer the telephone.", "factura@llumcoop.example"),
    ("chandler", "Efectos Navales Roca", "shop", "Bronze screws by weight.", "tienda@efectosroca.example"),
    ("strings", "Cuerda y Arco", "shop", "Strings, rosin, opinions.", None),
    ("school", "Universitat Popular", "education", "Valencian, twice a week.", "cursos@unipopular.example"),
    ("haw", "Hamburg School of Sound", "education", "The master's degree.", "office@sound-school.example"),
)  # fmt: skip
"""Key, name, trade, what she says of it, address."""

CALLS = (
    "Rang to say that the washing machine sings in fifths.",
    "Long talk about nothing, with rain on both ends.",
    "Asked for the recipe again. Wrote it down this time.",
    "News of the harbour, the neighbours, and a knee.",
    "Two minutes. All well. That was the message.",
    "Played the new cut over the telephone. Silence, then: again.",
)


def tell(life: Life) -> None:
    """Firms, the groups of the address book, and ten years of calls home."""
    for key, name, trade, text, email in FIRMS:
        life.add("organizations", key, name=name, industry=trade, description=text, email=email)
    life.add("contact_groups", "family", name="Family", description="Both of them: Kiel and Getxo")
    for year in range(2016, 2026):
        for month in (2, 5, 9, 11):
            name = f"call-{year}-{month}"
            who = pick(name, ("Heike Behrens", "Uwe Behrens", "Oma Grete", "Lotte Behrens"))
            when = at(f"{year}-{month:02}-{between(name, 1, 27):02} 20:0{between(name + 'm', 0, 9)}", "Europe/Berlin")
            summary = f"[[{who}]]. {pick(name + 't', CALLS)}"
            seconds = between(name + "s", 120, 4200)
            direction = pick(name + "d", ("incoming", "outgoing"))
            more = {"duration_s": seconds, "direction": direction}
            call = life.add("interactions", name, channel="call", occurred_at=when, summary=summary, **more)
            life.tie(call, "WITH", life.person(who))
