from . import docx as docx
