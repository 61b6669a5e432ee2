using System.Globalization;

namespace Payments.Executor.Psp.PayPal;

/// <summary>What a look reads.</summary>
internal enum PayPalResource
{
    Order,
    Authorization,
    Capture,
    Refund,

    /// <summary>Transaction search, one page.</summary>
    Search,
}

/// <summary>
/// One read of a look-up, which may lead to the next: from an authorization or a capture to its order, from the search to what
/// it found.
/// </summary>
/// <param name="Resource">What is read.</param>
/// <param name="Id">Its id; the page of a search.</param>
internal readonly record struct PayPalLook(PayPalResource Resource, string Id)
{
    private const int PageSize = 500;

    /// <summary>Around the first try: the key lets nothing be sent for longer than some hours after it.</summary>
    private static readonly TimeSpan SearchedBefore = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SearchedAfter = TimeSpan.FromDays(2);

    public static PayPalLook Page(int page) =>
        new(PayPalResource.Search, page.ToString(CultureInfo.InvariantCulture));

    public static PayPalLook Parse(string cursor)
    {
        var colon = cursor.IndexOf(':');
        return new PayPalLook(Enum.Parse<PayPalResource>(cursor.AsSpan(0, colon)), cursor[(colon + 1)..]);
    }

    public PspRequest ToRequest(PspOperation operation) => new()
    {
        Method = "GET",
        Path = Resource switch
        {
            PayPalResource.Order => "v2/checkout/orders/" + Uri.EscapeDataString(Id),
            PayPalResource.Authorization => "v2/payments/authorizations/" + Uri.EscapeDataString(Id),
            PayPalResource.Capture => "v2/payments/captures/" + Uri.EscapeDataString(Id),
            PayPalResource.Refund => "v2/payments/refunds/" + Uri.EscapeDataString(Id),
            PayPalResource.Search => SearchOf(operation),
        },
    };

    public override string ToString() => $"{Resource}:{Id}";

    // Neither by amount nor by currency: a payment of another amount must be found all the more.
    private string SearchOf(PspOperation operation) =>
        "v1/reporting/transactions?fields=transaction_info&balance_affecting_records_only=N"
        + string.Create(CultureInfo.InvariantCulture, $"&page_size={PageSize}&page={Id}")
        + $"&start_date={Time(operation.CreatedAt - SearchedBefore)}&end_date={Time(operation.CreatedAt + SearchedAfter)}";

    private static string Time(DateTimeOffset time) =>
        Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
}
