from datetime import date
from enum import Enum

class Holiday(Enum):
    chinese: str

holidays: dict[date, str]
workdays: dict[date, str]
