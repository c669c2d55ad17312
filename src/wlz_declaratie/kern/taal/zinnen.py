"""Messages that several rules share, as templates."""

ZONDER_BEHANDELING = "{prestatiecode} vraagt behandeling; de uitvoerder heeft dat kenmerk niet op deze begindatum"
