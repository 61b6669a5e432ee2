using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Payments.Executor.Psp.Braintree;

/// <summary>
/// Braintree's GraphQL API. It has no idempotency key: nothing that may have arrived is sent again; it is looked for by
/// our order id instead.
/// </summary>
/// <param name="merchantAccount">Which also decides the currency.</param>
internal sealed class BraintreeAdapter(string merchantAccount) : IPspAdapter
{
    public const string AdapterName = "braintree";
    public const string ApiVersion = "2019-01-01";

    /// <summary>255 for cards, 127 for PayPal: the one that always fits.</summary>
    private const int LongestOrderId = 127;

    /// <summary>More transactions than one order id can have.</summary>
    private const int PageSize = 50;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public ReplayRule ReplayOf(PspStep step) => new(IsSafe: false, TimeSpan.Zero);

    public string ReferenceOf(string operationId) => IdempotencyKey.Derive(operationId, LongestOrderId);

    public Preparation Prepare(PspOperation operation)
    {
        var (amount, refusal) = BraintreeAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        if (refusal is not null)
            return refusal;
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return string.IsNullOrEmpty(operation.Token)
                ? Preparation.Refuse(Reasons.MissingField, "A sale or an authorization needs a token.")
                : Preparation.Ready(Create(operation, operation.Token, amount));
        }

        if (string.IsNullOrEmpty(operation.TargetReference))
            return Preparation.Refuse(
                Reasons.MissingField, "A capture, void or refund needs the PSP reference of its payment.");
        var target = operation.TargetReference;
        return Preparation.Ready(operation.Step switch
        {
            PspStep.Capture => Post(
                BraintreeDocuments.Capture, new { input = new { transactionId = target, transaction = new { amount } } }),
            PspStep.Void => Post(BraintreeDocuments.Reverse, new { input = new { transactionId = target } }),
            // Before its settlement, which takes a day, Braintree gives a payment back only as a whole, by voiding it.
            PspStep.Refund when IsWhole(operation) =>
                Post(BraintreeDocuments.Reverse, new { input = new { transactionId = target } }),
            PspStep.Refund => Post(
                BraintreeDocuments.Refund,
                new
                {
                    input = new
                    {
                        transactionId = target,
                        refund = new { amount, orderId = ReferenceOf(operation.OperationId) },
                    },
                }),
            PspStep.Sale or PspStep.Authorize => throw new InvalidOperationException("Prepared above."),
        });
    }

    public Answer Classify(PspOperation operation, PspResponse response)
    {
        if (!PspJson.TryParse(response.Body, out var document))
            return response.Status == 200 ? Unreadable() : OfErrors(operation, response.Status, []);
        using (document)
        {
            var body = document.RootElement;
            var errors = BraintreeError.ReadAll(body);
            var field = FieldsOf(operation.Step).Select(f => body.Object("data").Object(f))
                .FirstOrDefault(f => f.ValueKind == JsonValueKind.Object);
            if (response.Status == 200 && field.ValueKind == JsonValueKind.Object)
                return OfPayload(operation, field);
            return response.Status == 200 && errors.Count == 0
                ? Unreadable()
                : OfErrors(operation, response.Status, errors);
        }
    }

    public PspRequest? PrepareRetrieve(PspOperation operation, string? pspReference)
    {
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return string.IsNullOrEmpty(pspReference)
                ? null
                : Post(
                    BraintreeDocuments.FindCharge,
                    new { id = pspReference, orderId = ReferenceOf(operation.OperationId), first = PageSize });
        }

        return string.IsNullOrEmpty(operation.TargetReference)
            ? null
            : Post(BraintreeDocuments.FindRefunds, new { id = operation.TargetReference });
    }

    public Finding ClassifyRetrieve(PspOperation operation, PspResponse response) =>
        Read(response, data =>
        {
            if (BraintreeTransaction.Read(data.Object("node")) is not { } node)
                return Finding.Unclear(Reasons.NotFound, "Braintree shows no transaction of this id.");
            if (operation.Step is not (PspStep.Sale or PspStep.Authorize))
                return BraintreeStates.OfTarget(operation, ReferenceOf(operation.OperationId), node);
            return OfSearch(data) is { } others
                ? BraintreeStates.OfCharges(
                    operation, ReferenceOf(operation.OperationId), [node, .. others.Where(o => o.Id != node.Id)])
                : Finding.Unclear(Reasons.UnreadableAnswer);
        });

    public PspRequest? PrepareLookUp(PspOperation operation, string? cursor) =>
        operation.Step is PspStep.Sale or PspStep.Authorize
            ? Post(
                BraintreeDocuments.SearchCharges,
                new { orderId = ReferenceOf(operation.OperationId), first = PageSize })
            : null;

    public Finding ClassifyLookUp(PspOperation operation, string? cursor, PspResponse response) =>
        Read(response, data => OfSearch(data) is { } found
            ? BraintreeStates.OfCharges(operation, ReferenceOf(operation.OperationId), found)
            : Finding.Unclear(Reasons.UnreadableAnswer));

    public void Authenticate(HttpRequestHeaders headers, PspConnectionOptions connection) =>
        headers.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.PublicKey}:{connection.SecretKey}")));

    public string? RequestIdOf(PspResponse response)
    {
        if (!PspJson.TryParse(response.Body, out var document))
            return null;
        using (document)
            return document.RootElement.Object("extensions").Word("requestId");
    }

    private static bool IsWhole(PspOperation operation) => operation.AmountMinor == operation.TargetAmountMinor;

    // A whole refund is a reversal; which of the two was sent stands in the stored request only.
    private static string[] FieldsOf(PspStep step) => step switch
    {
        PspStep.Sale => ["chargePaymentMethod"],
        PspStep.Authorize => ["authorizePaymentMethod"],
        PspStep.Capture => ["captureTransaction"],
        PspStep.Void => ["reverseTransaction"],
        PspStep.Refund => ["refundTransaction", "reverseTransaction"],
    };

    private PspRequest Create(PspOperation operation, string token, string amount) => Post(
        operation.Step == PspStep.Sale ? BraintreeDocuments.Charge : BraintreeDocuments.Authorize,
        new
        {
            input = new
            {
                paymentMethodId = token,
                transaction = new
                {
                    amount,
                    merchantAccountId = merchantAccount,
                    orderId = ReferenceOf(operation.OperationId),
                },
            },
        });

    private static PspRequest Post(BraintreeDocument document, object variables) => new()
    {
        Method = "POST",
        Path = "graphql",
        Headers = [new("Braintree-Version", ApiVersion)],
        ContentType = "application/json",
        Body = JsonSerializer.SerializeToUtf8Bytes(
            new { query = document.Text, operationName = document.Name, variables }, Json),
    };

    /// <summary>What the mutation made; it ran, so an error beside it says nothing about the money.</summary>
    private Answer OfPayload(PspOperation operation, JsonElement payload)
    {
        var orderId = ReferenceOf(operation.OperationId);
        var json = FirstObject(payload, "transaction", "refund", "reversal");
        if (payload.Object("refund").ValueKind == JsonValueKind.Object || json.Word("__typename") == "Refund")
        {
            return BraintreeRefund.Read(json) is { } refund
                ? new Answer(BraintreeStates.OfRefund(
                    operation, payload.Object("refund").ValueKind == JsonValueKind.Object ? orderId : null, refund))
                : Unreadable();
        }

        if (BraintreeTransaction.Read(json) is not { } transaction)
            return Unreadable();
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return transaction.OrderId == orderId
                ? BraintreeStates.OfAnswer(operation, orderId, transaction)
                : new Answer(BraintreeStates.Mismatch(transaction.Id, transaction.Status));
        }

        var finding = BraintreeStates.OfTarget(operation, orderId, transaction);
        return finding.Kind == FindingKind.Known
            ? new Answer(finding.Outcome!)
            // Done, it says, but the object does not show it.
            : new Answer(
                Outcome.InDoubt(Reasons.UnexpectedState, "Braintree answered, but did not do it."), AfterTry.Read);
    }

    private static Answer OfErrors(PspOperation operation, int status, IReadOnlyList<BraintreeError> errors)
    {
        var (row, error) = BraintreeErrorTable.Of(status, errors, operation.Step);
        var message = Sentence(status, error);
        var code = error.LegacyCode ?? error.Class;
        var outcome = new Outcome { Kind = row.Kind, Reason = row.Reason, PspCode = code, Message = message };
        var ifAbsent = row.IfAbsent is null
            ? null
            : Outcome.Declined(row.Decline, row.IfAbsent, message) with { PspCode = code };
        return new Answer(outcome, row.Next, ifAbsent);
    }

    // Of status, class and code only: Braintree's own message may name the token.
    private static string Sentence(int status, BraintreeError error)
    {
        string?[] words = [status.ToString(CultureInfo.InvariantCulture), error.Class, error.LegacyCode];
        return "Braintree answered " + string.Join(' ', words.Where(w => w is not null)) + ".";
    }

    private static Answer Unreadable() =>
        new(
            Outcome.InDoubt(Reasons.UnreadableAnswer, "Braintree answered, but not with what was asked for."),
            AfterTry.Read);

    private static Finding Read(PspResponse response, Func<JsonElement, Finding> read)
    {
        if (!PspJson.TryParse(response.Body, out var document))
        {
            return Finding.Unclear(
                response.Status == 200 ? Reasons.UnreadableAnswer : Reasons.PspError,
                Sentence(response.Status, new BraintreeError(null, null)));
        }

        using (document)
        {
            var errors = BraintreeError.ReadAll(document.RootElement);
            if (response.Status == 200 && errors.Count == 0)
                return read(document.RootElement.Object("data"));
            var (row, error) = BraintreeErrorTable.Of(response.Status, errors, PspStep.Sale);
            return Finding.Unclear(row.Reason, Sentence(response.Status, error));
        }
    }

    /// <summary>Null where the answer has no whole result.</summary>
    private static BraintreeTransaction[]? OfSearch(JsonElement data)
    {
        var connection = data.Object("search").Object("transactions");
        var page = connection.Object("pageInfo");
        if (page.ValueKind != JsonValueKind.Object || page.IsTrue("hasNextPage"))
            return null;
        JsonElement[] nodes = [.. connection.Items("edges").Select(e => e.Object("node"))];
        BraintreeTransaction[] read = [.. nodes.Select(BraintreeTransaction.Read).OfType<BraintreeTransaction>()];
        return read.Length == nodes.Length ? read : null;
    }

    private static JsonElement FirstObject(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (json.Object(name) is { ValueKind: JsonValueKind.Object } found)
                return found;
        }

        return default;
    }
}
