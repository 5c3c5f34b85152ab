"""What is known of currencies (ISO 4217), those too that became the euro and lie in old ledgers."""

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK
HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF XXX YER ZAR ZMW ZWL DEM FRF ITL ESP ATS NLG BEF PTE FIM GRD IEP
LUF
"""
_NO_CENTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_MILS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = dict.fromkeys(_CODES.split(), 2) | dict.fromkeys(_NO_CENTS.split(), 0) | dict.fromkeys(_MILS.split(), 3)


def kind_of(symbol: str) -> str:
    """The kind of a commodity as far as its symbol tells it."""
    return "currency" if symbol in _DIGITS else "other"


def digits(symbol: str) -> int:
    """Digits after the point of its smallest unit."""
    return _DIGITS.get(symbol, 2)
