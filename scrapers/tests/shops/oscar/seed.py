"""A catalogue, a stock, one buyer with three addresses."""
from decimal import Decimal

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from oscar.core.loading import get_class, get_model

Category = get_model("catalogue", "Category")
Country = get_model("address", "Country")
Partner = get_model("partner", "Partner")
Product = get_model("catalogue", "Product")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")
StockRecord = get_model("partner", "StockRecord")
UserAddress = get_model("address", "UserAddress")

kind = ProductClass.objects.create(name="Material", requires_shipping=True, track_stock=True)
partner = Partner.objects.create(name="Warehouse")
category = get_class("catalogue.categories", "create_from_breadcrumbs")("Building materials")
for upc, title, price, stock in [
    ("CEM-425-50", "Portland cement 42.5 N, bag of 50 kg", "7.90", 400),
    ("CEM-425-25", "Portland cement 42.5 N, bag of 25 kg", "4.60", 400),
    ("NAIL-4-1", "Round wire nails of four inches, box of 1 kg, bright, for framing and formwork", "3.25", 60),
    ("GLV-10", "Work gloves, size 10", "2.10", 25),
]:
    product = Product.objects.create(
        title=title, upc=upc, product_class=kind, structure=Product.STANDALONE, is_public=True
    )
    ProductCategory.objects.create(product=product, category=category)
    StockRecord.objects.create(
        product=product, partner=partner, partner_sku=upc, price=Decimal(price), num_in_stock=stock
    )

buyer = get_user_model().objects.create_user("buyer", "buyer@example.test", "right")
britain = Country.objects.get(iso_3166_1_a2="GB")
for line1, line4, postcode, default in [
    ("Yard 1, Mill Lane", "Leeds", "LS1 4AP", True),
    ("Site 4, Plot 118, Canal Road", "Bradford", "BD1 4SJ", False),
    ("Site 41, Plot 9, Canal Road", "Bradford", "BD1 4SP", False),
]:
    UserAddress.objects.create(
        user=buyer, first_name="Jane", last_name="Otieno", line1=line1, line4=line4,
        postcode=postcode, country=britain, is_default_for_shipping=default,
    )
