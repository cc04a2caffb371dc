"""Puts three of one item into the buyer's basket, as somebody else at the same account would."""
import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from oscar.core.loading import get_class, get_model  # noqa: E402

buyer = get_user_model().objects.get(email="buyer@example.test")
basket, _ = get_model("basket", "Basket").open.get_or_create(owner=buyer)
basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=buyer)
basket.add_product(get_model("catalogue", "Product").objects.get(upc="GLV-10"), 3)
