"""From GeoNames' first-level codes to ISO 3166-2.

Only where the two were compared, a city by region: matching by name puts Washington D.C. into Washington and Lima into
the wrong Lima. Where a country or a code is missing, a city has no region and the person who offers chooses one.
"""

# GeoNames uses the ISO suffix itself
SAME = frozenset({"US", "CH", "LI"})

BY_COUNTRY: dict[str, dict[str, str]] = {
    "AM": {"11": "ER"},
    "AT": {"01": "1", "02": "2", "03": "3", "04": "4", "05": "5", "06": "6", "07": "7", "08": "8", "09": "9"},
    "CA": {
        "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON",
        "09": "PE", "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU",
    },
    "DE": {
        "01": "BW", "02": "BY", "03": "HB", "04": "HH", "05": "HE", "06": "NI", "07": "NW", "08": "RP",
        "09": "SL", "10": "SH", "11": "BB", "12": "MV", "13": "SN", "14": "ST", "15": "TH", "16": "BE",
    },
    "ES": {
        "07": "IB", "27": "RI", "29": "MD", "31": "MC", "32": "NC", "34": "AS", "39": "CB", "51": "AN", "52": "AR",
        "53": "CN", "54": "CM", "55": "CL", "56": "CT", "57": "EX", "58": "GA", "59": "PV", "60": "VC",
    },
    "FR": {
        "11": "IDF", "24": "CVL", "27": "BFC", "28": "NOR", "32": "HDF", "44": "GES", "52": "PDL",
        "53": "BRE", "75": "NAQ", "76": "OCC", "84": "ARA", "93": "PAC", "94": "20R",
    },
    "GE": {"51": "TB"},
    "KZ": {"02": "75", "05": "71"},
    "NL": {
        "01": "DR", "02": "FR", "03": "GE", "04": "GR", "05": "LI", "06": "NB",
        "07": "NH", "09": "UT", "10": "ZE", "11": "ZH", "15": "OV", "16": "FL",
    },
    "PL": {
        "72": "02", "73": "04", "74": "10", "75": "06", "76": "08", "77": "12", "78": "14", "79": "16",
        "80": "18", "81": "20", "82": "22", "83": "24", "84": "26", "85": "28", "86": "30", "87": "32",
    },
    "UA": {"12": "30"},
}  # fmt: skip


def region_of(country: str, admin1: str) -> str | None:
    """Return the ISO 3166-2 code of a GeoNames first-level code, or None where we do not know."""
    suffix = admin1 if country in SAME else BY_COUNTRY.get(country, {}).get(admin1)
    return f"{country}-{suffix}" if suffix else None
