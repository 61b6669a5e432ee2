using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>The rules of <see cref="OrderRequest"/>, of each and of all together.</summary>
internal static class OrdersReader
{
    private const int Most = 100;

    private static readonly FieldPath OrdersPath = FieldPath.Root.Member("orders");

    public static IReadOnlyList<OrderRequest> Read(ObjectReader request, FieldErrors errors)
    {
        if (request.Items("orders") is not { } items)
            return [];
        if (items.Length is 0 or > Most)
        {
            errors.Add(OrdersPath, Rules.OrderCount, $"Takes 1 to {Most} orders.");
            return [];
        }

        var orders = new List<OrderRequest>(items.Length);
        var together = new OrdersTogether(errors);
        for (var i = 0; i < items.Length; i++)
        {
            if (ObjectReader.Object(items[i], OrdersPath.Item(i), errors) is { } reader)
                orders.Add(ReadOrder(reader, together, errors));
        }

        together.CheckTotal(OrdersPath);
        return orders;
    }

    private static OrderRequest ReadOrder(ObjectReader reader, OrdersTogether together, FieldErrors errors)
    {
        var orderId = reader.Text("orderId", TextRule.Id, isRequired: true);
        var sellerId = reader.Text("sellerId", TextRule.Id, isRequired: true);
        var amount = MoneyReader.Read(reader, "amount", isRequired: true, errors);
        amount.RequirePositive();
        var fee = MoneyReader.Read(reader, "platformFee", isRequired: false, errors);
        fee.RequirePartOf(amount);
        var description = reader.Text("description", TextRule.Description, isRequired: false);
        together.Add(orderId, reader.Path("orderId"), amount);
        return new OrderRequest
        {
            OrderId = orderId!,
            SellerId = sellerId!,
            Amount = amount.Value ?? default,
            PlatformFee = fee.Value,
            Description = description,
        };
    }

    /// <summary>The rules that hold between orders.</summary>
    private sealed class OrdersTogether(FieldErrors errors)
    {
        private readonly HashSet<string> _ids = [];
        private Currency? _currency;
        private long _total;

        public void Add(string? orderId, FieldPath orderIdPath, MoneyReader amount)
        {
            if (orderId is not null && !_ids.Add(orderId))
                errors.Add(orderIdPath, Rules.OrderDuplicate, "There is an order of this id already.");
            if (amount.Currency is { } currency && currency != (_currency ??= currency))
                errors.Add(amount.CurrencyPath, Rules.CurrencyMixed, "All orders of a payment have one currency.");
            _total += amount.Value?.Amount ?? 0;
        }

        public void CheckTotal(FieldPath path)
        {
            if (_total > Money.MaxAmount)
                errors.Add(path, Rules.TotalTooLarge, $"All orders together: at most {Money.MaxAmount} minor units.");
        }
    }
}
