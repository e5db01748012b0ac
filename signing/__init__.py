"""The notary: documents, their typography, and the seal."""
