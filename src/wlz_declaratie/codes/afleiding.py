"""From the prestatiegroep of a koppeltabel to what rules need to know of a prestatie.

Source: REGELS, Soort. The facts stand in ``schemas/codes/groepen.toml``, the shape of an O-prestatie in
``editie.toml``.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from wlz_declaratie.basis.meegeleverd import lees_toml

PAKKETTEN = ("verblijf", "vpt")
RESTGROEP = "99"
"""Decides only for a code that is in no other group."""


def _benoemd(groepen: dict[str, Any]) -> pl.Expr:
    """The soort of a code that the catalogue names; null for any other."""
    code = pl.col("prestatiecode")
    vorm = lees_toml("codes", "editie.toml")["overbrugging"]
    o_prestatie = code.str.contains(rf"^{vorm['begin']}[0-9]{{{vorm['cijfers']}}}$")
    soorten = [pl.when(o_prestatie).then(pl.lit(vorm["soort"]))]
    for regel in groepen["benoemd"]:
        genoemd = code.str.starts_with(regel["begin"]) if "begin" in regel else code.is_in(regel["codes"])
        soorten.append(pl.when(genoemd).then(pl.lit(regel["soort"])))
    return pl.coalesce(soorten)


def _groepen(groepen: dict[str, Any]) -> pl.DataFrame:
    """prestatiegroep, its rang, and the soort, behandeling and dagbesteding that it stands for."""
    rijen = [
        {"prestatiegroep": groep, **{k: regel.get(k) for k in ("soort", "behandeling", "dagbesteding")}}
        for regel in groepen["groep"]
        for groep in regel["groepen"]
    ]
    return pl.DataFrame(rijen, schema_overrides={"behandeling": pl.String}).with_row_index("rang")


def _profielen(koppeltabel: pl.DataFrame, profielen: pl.DataFrame, groepen: dict[str, Any]) -> pl.DataFrame:
    """prestatiecode and zzpcode of the codes that couple with one profile, or whose profile is named."""
    benoemd = pl.DataFrame(
        [(code, zzpcode) for zzpcode, codes in groepen["profiel"].items() for code in codes],
        schema={"prestatiecode": pl.String, "profiel": pl.String},
        orient="row",
    )
    gekoppeld = (
        koppeltabel.select("prestatiecode", profiel="zzpcode")
        .join(profielen.drop_nulls("groep").select(profiel="zzpcode"), on="profiel", how="semi")
        .unique()
    )
    alleen_een = gekoppeld.filter(~pl.col("prestatiecode").is_duplicated())
    benoemd = benoemd.join(gekoppeld, on=["prestatiecode", "profiel"], how="semi")
    return pl.concat([benoemd, alleen_een]).unique("prestatiecode", keep="first", maintain_order=True)


def leid_af(koppeltabel: pl.DataFrame, profielen: pl.DataFrame) -> pl.DataFrame:
    """One row per prestatiecode of a koppeltabel, sorted.

    ``koppeltabel`` holds prestatiecode, zzpcode and prestatiegroep, a row per coupling; ``profielen`` is the table of
    zzpcodes. Gives prestatiecode, soort, sector, profiel, behandeling, dagbesteding and prestatiegroep (its groups with
    spaces between, in the order that decides). A code whose groups decide nothing has a null soort.
    """
    groepen = lees_toml("codes", "groepen.toml")
    tabel = _groepen(groepen)
    # An unknown group decides nothing, but it does come before the rest group.
    rang = pl.when(pl.col("prestatiegroep") == RESTGROEP).then(tabel.height + 1).otherwise(pl.col("rang"))
    per_code = (
        koppeltabel.select("prestatiecode", "prestatiegroep")
        .unique()
        .join(tabel, on="prestatiegroep", how="left")
        .sort("prestatiecode", rang.fill_null(tabel.height), "prestatiegroep")
        .group_by("prestatiecode", maintain_order=True)
        .agg(pl.first("soort", "behandeling", "dagbesteding"), pl.col("prestatiegroep").str.join(" "))
        .join(_profielen(koppeltabel, profielen, groepen), on="prestatiecode", how="left", maintain_order="left")
        .join(
            profielen.select(profiel="zzpcode", groep="groep"),
            on="profiel",
            how="left",
            maintain_order="left",
        )
    )
    zonder_behandeling = pl.col("prestatiecode").is_in(groepen["zonder_behandeling"]["codes"])
    sector = pl.coalesce(
        pl.col("groep").str.to_lowercase(),
        pl.col("prestatiecode").str.slice(1, 1).replace_strict(groepen["sector"], default=None),
    )
    is_pakket = pl.col("soort").is_in(PAKKETTEN)
    return per_code.with_columns(soort=pl.coalesce(_benoemd(groepen), "soort")).select(
        "prestatiecode",
        "soort",
        sector=pl.when(is_pakket).then(sector),
        profiel=pl.when(is_pakket).then("profiel"),
        behandeling=pl.when(zonder_behandeling).then(pl.lit("excl")).otherwise("behandeling"),
        dagbesteding="dagbesteding",
        prestatiegroep="prestatiegroep",
    )
