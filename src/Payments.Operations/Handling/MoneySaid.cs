using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Auditing;

namespace Payments.Operations.Handling;

/// <summary>Reads what an operator says became of the money.</summary>
internal static class MoneySaid
{
    private const int MaxReferenceLength = 128;

    /// <summary>Null without it, and where a rule is broken, which is added to the errors.</summary>
    public static MoneyStatement? Read(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty("money", out var money) || money.ValueKind == JsonValueKind.Null)
            return null;
        var statement = money.ValueKind == JsonValueKind.Object && money.TryGetProperty("statement", out var said)
            && said.ValueKind == JsonValueKind.String
            ? said.GetString()!
            : "";
        if (!MoneyStatements.All.Contains(statement))
        {
            errors.Add(new FieldError(
                "money.statement", "unknown", $"money.statement must be one of {string.Join(", ", MoneyStatements.All)}."));
            return null;
        }

        var hasReference = money.TryGetProperty("reference", out var reference) && reference.ValueKind != JsonValueKind.Null;
        if (!hasReference && statement != MoneyStatements.WrittenOff)
            return new MoneyStatement(statement);
        var broken = new List<FieldError>();
        var text = OperatorRequest.ReadText(money, "reference", MaxReferenceLength, broken);
        errors.AddRange(broken.Select(b => b with { Field = "money.reference", Message = $"money.{b.Message}" }));
        return new MoneyStatement(statement, text);
    }
}
