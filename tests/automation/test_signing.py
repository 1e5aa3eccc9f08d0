"""How other systems verify what rules tell them."""

from datetime import UTC, datetime

from app.automation import signing


def test_a_call_is_signed_as_the_convention_has_it():
    """The example of the Standard Webhooks specification's reference libraries."""
    headers = signing.signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        b'{"test": 2432232314}',
        key="msg_p5jXN8AQM9LWM0D4loKWxJek",
        moment=datetime.fromtimestamp(1614265330, UTC),
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_each_address_has_a_secret_of_its_own_that_stays():
    one = signing.secret_of("https://one.example/hook")

    assert one == signing.secret_of("https://one.example/hook")
    assert one != signing.secret_of("https://two.example/hook")
