"use strict";
// Answers what the reader asks of the findings: search, pick, sort. Reads the table of the page itself, moves its rows,
// writes only text, and asks nothing of anyone. Without it the page is the same, in the order of the controleregels.
(() => {
  const STAP = 200; // rows on the screen at a time: more would make each question wait for its layout
  const blad = document.documentElement;
  blad.classList.add("leest");
  document.addEventListener("DOMContentLoaded", () => {
    try {
      begin();
    } finally {
      blad.classList.remove("leest");
    }
  });

  const taal = new Intl.Collator("nl", { numeric: true, sensitivity: "base" });
  const getal = (aantal) => aantal.toLocaleString("nl-NL");
  const kaal = (tekst) => tekst.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  // The words of a cell are its first child; what folds out below them is no word of the finding.
  const woorden = (cel) => cel.firstChild?.textContent.trim() ?? "";
  // The first day as 2026-01-31, "" where there is none; an amount in cents, "" where there is none.
  const dag = (tekst) => tekst.match(/^(\d\d)-(\d\d)-(\d{4})/)?.slice(1).reverse().join("-") ?? "";
  const cent = (tekst) => tekst && Number(tekst.replace(/[^\d-]/g, ""));

  function begin() {
    const tabel = document.getElementById("alle");
    if (!tabel) return;
    const vragen = document.getElementById("vragen");
    const zoek = document.getElementById("zoek");
    const sorteer = document.getElementById("sorteer");
    const aflopend = document.getElementById("aflopend");
    const telling = document.getElementById("telling");
    const meer = document.getElementById("meer");
    const koppen = [...tabel.tHead.rows[0].cells];
    const lijsten = [...vragen.querySelectorAll("[data-kolom]")];
    const rijen = [...tabel.tBodies].flatMap((lijf) => {
      const [groep, ...bevindingen] = lijf.rows;
      return bevindingen.map((tr) => ({ tr, groep }));
    });
    let gevonden = rijen;
    let getoond = STAP;

    function waarde(rij, kolom) {
      const tekst = woorden(rij.tr.cells[kolom]);
      return koppen[kolom].classList.contains("d") ? dag(tekst).slice(0, 7) : tekst;
    }

    function vul(lijst) {
      const aantallen = new Map();
      for (const rij of rijen) {
        const tekst = waarde(rij, lijst.dataset.kolom);
        aantallen.set(tekst, (aantallen.get(tekst) ?? 0) + 1);
      }
      for (const tekst of [...aantallen.keys()].sort(taal.compare)) {
        lijst.add(new Option(`${tekst || "(leeg)"} (${getal(aantallen.get(tekst))})`, tekst));
      }
    }

    function tekstVan(rij) {
      rij.tekst ??= kaal([rij.groep.querySelector("h3"), ...rij.tr.cells]
        .map((cel) => (cel.querySelector("details") ? woorden(cel) : cel.textContent)).join(" "));
      return rij.tekst;
    }

    function gesorteerd(keuze) {
      const kolom = Number(sorteer.value);
      const soort = koppen[kolom].classList;
      const sleutel = soort.contains("g") ? cent : soort.contains("d") ? dag : (tekst) => tekst;
      const vergelijk = soort.contains("g") ? (a, b) => a - b : taal.compare;
      const richting = aflopend.checked ? -1 : 1;
      return keuze
        .map((rij) => ({ rij, sleutel: sleutel(woorden(rij.tr.cells[kolom])) }))
        .sort((a, b) => (a.sleutel === "") - (b.sleutel === "") // what is empty comes last
          || richting * vergelijk(a.sleutel, b.sleutel))
        .map(({ rij }) => rij);
    }

    function vraag() {
      const gekozen = lijsten.filter((lijst) => lijst.value !== "*");
      const gezocht = kaal(zoek.value).split(/\s+/).filter(Boolean);
      gevonden = rijen.filter((rij) =>
        gekozen.every((lijst) => waarde(rij, lijst.dataset.kolom) === lijst.value) &&
        (!gezocht.length || gezocht.every((woord) => tekstVan(rij).includes(woord))));
      if (sorteer.value !== "") gevonden = gesorteerd(gevonden);
      koppen.forEach((kop, kolom) => {
        if (sorteer.value !== String(kolom)) kop.removeAttribute("aria-sort");
        else kop.setAttribute("aria-sort", aflopend.checked ? "descending" : "ascending");
      });
      getoond = STAP;
      toon(getoond);
    }

    function toon(aantal) {
      const per_regel = sorteer.value === "";
      const lijven = [];
      let groep = null;
      for (const rij of gevonden.slice(0, aantal)) {
        if (!lijven.length || (per_regel && rij.groep !== groep)) {
          lijven.push(document.createElement("tbody"));
          if (per_regel) lijven.at(-1).append(rij.groep);
          groep = rij.groep;
        }
        lijven.at(-1).append(rij.tr);
      }
      tabel.classList.toggle("gesorteerd", !per_regel);
      [...tabel.tBodies].forEach((lijf) => lijf.remove()); // and not the headings, of which one may have the focus
      tabel.append(...lijven);
      const rest = gevonden.length - Math.min(aantal, gevonden.length);
      telling.textContent = `${getal(gevonden.length)} van ${getal(rijen.length)} bevindingen` +
        (rest ? `; hier de eerste ${getal(aantal)}.` : ".");
      meer.hidden = !rest;
      meer.firstElementChild.textContent = `Toon er ${getal(Math.min(STAP, rest))} meer`;
    }

    // Only this, and nothing that was asked before.
    function kiesEen(naam, tekst) {
      vragen.reset();
      lijsten.find((lijst) => lijst.dataset.kies === naam).value = tekst;
      vraag();
    }

    const regelVan = (adres) => (adres.startsWith("#regel-") ? adres.slice("#regel-".length) : null);

    lijsten.forEach(vul);
    const knoppen = koppen.map((kop, kolom) => {
      const knop = document.createElement("button");
      knop.type = "button";
      knop.textContent = kop.textContent;
      knop.addEventListener("click", () => {
        aflopend.checked = sorteer.value === String(kolom) && !aflopend.checked;
        sorteer.value = kolom;
        vraag();
      });
      return knop;
    });
    const knoppenIn = () => koppen.forEach((kop, kolom) => kop.replaceChildren(knoppen[kolom]));
    knoppenIn();
    for (const ander of document.querySelectorAll("table[data-kies]")) {
      const lijst = lijsten.find(({ dataset }) => dataset.kies === ander.dataset.kies);
      const bekend = new Set([...lijst.options].map((keuze) => keuze.value));
      for (const rij of ander.tBodies[0].rows) {
        const tekst = rij.cells[0].textContent;
        if (!bekend.has(tekst)) continue;
        const naar = document.createElement("a");
        naar.href = "#bevindingen";
        naar.textContent = tekst;
        naar.addEventListener("click", () => kiesEen(lijst.dataset.kies, tekst));
        rij.cells[0].replaceChildren(naar);
      }
    }
    document.addEventListener("click", ({ target }) => {
      const regel = regelVan(target.closest("a")?.hash ?? "");
      if (regel) kiesEen("Controleregel", regel);
    });
    let wacht;
    zoek.addEventListener("input", () => {
      clearTimeout(wacht);
      wacht = setTimeout(vraag, 150);
    });
    vragen.addEventListener("change", ({ target }) => target !== zoek && vraag());
    vragen.addEventListener("submit", (gebeurtenis) => gebeurtenis.preventDefault());
    document.getElementById("wis").addEventListener("click", () => {
      vragen.reset();
      vraag();
    });
    meer.firstElementChild.addEventListener("click", () => toon((getoond += STAP)));
    addEventListener("beforeprint", () => {
      toon(gevonden.length); // on paper all that was asked for,
      koppen.forEach((kop) => kop.replaceChildren(kop.textContent)); // and no buttons: a page would not repeat them
    });
    addEventListener("afterprint", () => {
      toon(getoond);
      knoppenIn();
    });

    vragen.hidden = false;
    const regel = regelVan(location.hash);
    if (regel) kiesEen("Controleregel", regel);
    else vraag();
  }
})();
