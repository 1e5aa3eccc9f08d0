"""A text as the numbers of pieces of words, which is all that the net reads."""

from collections.abc import Callable

from sentencepiece import SentencePieceProcessor
from sentencepiece.sentencepiece_model_pb2 import ModelProto, TrainerSpec

from components.e5.packed import Packed

CONTROL, UNKNOWN, NORMAL = (
    getattr(ModelProto.SentencePiece, name) for name in ("CONTROL", "UNKNOWN", "NORMAL")
)


def reader(packed: Packed) -> Callable[[str], list[int]]:
    """Texts come in Unicode's normal form NFKC, which SentencePiece would otherwise bring them into."""
    begin, end, padding, unknown = packed.special
    model = ModelProto()
    model.trainer_spec.model_type = TrainerSpec.UNIGRAM
    model.trainer_spec.bos_id, model.trainer_spec.eos_id = begin, end
    model.trainer_spec.pad_id, model.trainer_spec.unk_id = padding, unknown
    model.normalizer_spec.name = "identity"
    kinds = {begin: CONTROL, end: CONTROL, padding: CONTROL, unknown: UNKNOWN}
    for number, (piece, score) in enumerate(zip(packed.pieces, packed.scores.tolist())):
        model.pieces.add(piece=piece, score=score, type=kinds.get(number, NORMAL))
    processor = SentencePieceProcessor(model_proto=model.SerializeToString())
    return lambda text: [begin, *processor.encode(text), end]
