"""The codec: models to XML and back.

A model is a dataclass whose annotations say how each field looks on the wire; `schema` reads them
once per class, `encode` writes requests, `decode` reads answers while their bytes arrive.
"""

from aiosm.xml.decode import AnswerReader, BytesReader, ListReader, ModelReader, XmlError, XmlParser
from aiosm.xml.encode import Content, Written, base64_of, document, pairs, written
from aiosm.xml.lists import Itself
from aiosm.xml.schema import Model, model, wire

__all__ = [
    "AnswerReader",
    "BytesReader",
    "Content",
    "Itself",
    "ListReader",
    "Model",
    "ModelReader",
    "Written",
    "XmlError",
    "XmlParser",
    "base64_of",
    "document",
    "model",
    "pairs",
    "wire",
    "written",
]
