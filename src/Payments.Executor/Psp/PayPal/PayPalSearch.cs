using System.Globalization;
using System.Text.Json;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// A page of transaction search, which is all that PayPal offers to find a payment by our reference. It shows a transaction up
/// to three hours late.
/// </summary>
internal static class PayPalSearch
{
    private const string DeniedStatus = "D";

    private static readonly TimeSpan Lag = TimeSpan.FromHours(3);

    public static Finding Of(PspOperation operation, int page, JsonElement json)
    {
        if (json.Number("total_pages") is not { } pages)
            return Finding.Unclear(Reasons.UnreadableAnswer);
        var reference = PayPalReference.Of(operation.OperationId);
        // The invoice id only: a capture bears the custom id of its authorization.
        (string Id, string? Status)[] ours =
        [
            .. json.Items("transaction_details")
                .Select(d => d.Object("transaction_info"))
                .Where(i => i.Text("invoice_id") == reference && i.Word("transaction_id") is not null)
                .Select(i => (i.Word("transaction_id")!, i.Word("transaction_status")))
                // The same transaction is listed twice where only one of the two moves the balance.
                .DistinctBy(i => i.Item1),
        ];
        (string Id, string? Status)[] alive = [.. ours.Where(o => o.Status != DeniedStatus)];
        if (alive.Length > 1)
            return Finding.Known(PayPalStates.Duplicate(alive[0].Id, alive[0].Status ?? ""));
        if (ours.Length > 0)
        {
            var resource = operation.Step == PspStep.Sale ? PayPalResource.Capture : PayPalResource.Authorization;
            return Finding.More(new PayPalLook(resource, alive.Concat(ours).First().Id).ToString());
        }

        if (page < pages)
            return Finding.More(PayPalLook.Page(page + 1).ToString());
        return IsOlder(json.Text("last_refreshed_datetime"), operation.CreatedAt)
            ? Finding.Unclear(Reasons.NotFound, "PayPal's search does not reach up to this operation yet.")
            : Finding.Absent(Lag);
    }

    private static bool IsOlder(string? time, DateTimeOffset than) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var refreshed)
        && refreshed < than;
}
