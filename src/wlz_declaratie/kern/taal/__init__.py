"""The words in which rules are written.

A rule gets ``Van`` (of this batch, and of what policy says), chooses lines (``van.batch(soort("meerzorg"))``), looks
beside them (``niet_gedekt``, ``zonder_kenmerk``, ``deelt_dag_met``), counts (``opgeteld``), and concludes (``afkeur``,
``signaal``) with a template that gives the message and the values that prove it.
"""
