"""The yardsticks: what the machine, the database and bare Django can do at all. No line of the portal is used."""
