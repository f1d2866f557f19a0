"""Every number with meaning for the model, each with a passport: unit, bounds, source and grade."""

from wijksim.parameters.listing import format_parameters, parameter_rows
from wijksim.parameters.passports import Dated, DatedValue, Distribution, Grade, Number, Passport, Table
from wijksim.parameters.registry import Figures, RecordingRegistry, Registry, load_registry

__all__ = [
    "Dated",
    "DatedValue",
    "Distribution",
    "Grade",
    "Number",
    "Passport",
    "Figures",
    "RecordingRegistry",
    "Registry",
    "Table",
    "format_parameters",
    "load_registry",
    "parameter_rows",
]
