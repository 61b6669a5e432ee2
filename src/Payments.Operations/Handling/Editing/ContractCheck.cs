using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Payments.Contracts;

namespace Payments.Operations.Handling.Editing;

/// <summary>Whether a message is what its contract says, and nothing besides: every broken rule, by its path.</summary>
internal static class ContractCheck
{
    private static readonly JsonSerializerOptions Strict = new(ContractJson.Options)
    {
        // A second spelling of a name would be read in place of the first.
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    private static readonly Dictionary<Type, string> Kinds = new()
    {
        [typeof(string)] = "a text",
        [typeof(bool)] = "true or false",
        [typeof(int)] = "a whole number",
        [typeof(long)] = "a whole number",
        [typeof(Ulid)] = "a ULID: 26 characters of Crockford's base 32",
        [typeof(DateTimeOffset)] = "a time with its offset (RFC 3339)",
    };

    /// <summary>Null for what is no message of ours.</summary>
    /// <param name="messageType">As envelopes have it, for instance <c>Payments.Contracts:CreditWallets</c>.</param>
    public static Type? ContractOf(string? messageType)
    {
        var contracts = typeof(PaymentRequested);
        var prefix = $"{contracts.Namespace}:";
        return messageType?.StartsWith(prefix, StringComparison.Ordinal) == true
            && contracts.Assembly.GetType($"{contracts.Namespace}.{messageType[prefix.Length..]}") is
            { IsPublic: true, IsClass: true, IsAbstract: false } found
            ? found
            : null;
    }

    public static void Check(JsonElement message, Type contract, List<FieldError> errors) =>
        Look(message, Strict.GetTypeInfo(contract), "", errors);

    private static void Look(JsonElement value, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        switch (type.Kind, value.ValueKind)
        {
            case (JsonTypeInfoKind.Object, JsonValueKind.Object):
                LookAtMembers(value, type, path, errors);
                break;
            case (JsonTypeInfoKind.Dictionary, JsonValueKind.Object):
                foreach (var member in value.EnumerateObject())
                    Look(member.Value, Strict.GetTypeInfo(type.ElementType!), Join(path, member.Name), errors);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonValueKind.Array):
                foreach (var (index, item) in value.EnumerateArray().Index())
                    Look(item, Strict.GetTypeInfo(type.ElementType!), $"{path}[{index}]", errors);
                break;
            case (JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary, _):
                errors.Add(new FieldError(path, "type", $"{path} must be a JSON object."));
                break;
            case (JsonTypeInfoKind.Enumerable, _):
                errors.Add(new FieldError(path, "type", $"{path} must be a JSON array."));
                break;
            default:
                LookAtValue(value, type, path, errors);
                break;
        }
    }

    private static void LookAtMembers(JsonElement value, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        foreach (var member in value.EnumerateObject())
        {
            var at = Join(path, member.Name);
            if (type.Properties.FirstOrDefault(p => p.Name == member.Name) is not { } property)
                errors.Add(new FieldError(at, "unknown", $"{at} is no member of {type.Type.Name}."));
            else if (member.Value.ValueKind != JsonValueKind.Null)
                Look(member.Value, Strict.GetTypeInfo(property.PropertyType), at, errors);
            else if (!MayBeNull(property))
                errors.Add(new FieldError(at, "required", $"{at} must not be null."));
        }

        foreach (var property in type.Properties.Where(p => IsRequired(p) && !value.TryGetProperty(p.Name, out _)))
            errors.Add(new FieldError(Join(path, property.Name), "required", $"{Join(path, property.Name)} is required."));
    }

    private static void LookAtValue(JsonElement value, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        try
        {
            if (value.Deserialize(type) is not null)
                return;
            errors.Add(new FieldError(path, "required", $"{path} must not be null."));
        }
        catch (JsonException exception)
        {
            errors.Add(Broken(Nullable.GetUnderlyingType(type.Type) ?? type.Type, path, exception));
        }
    }

    private static FieldError Broken(Type type, string path, JsonException exception)
    {
        if (type == typeof(Money))
        {
            // The contract's own reader names the member and the rule.
            var parts = exception.Message.Split(": ", 2);
            return parts is [("amount" or "currency") and var member, var rule]
                ? new FieldError($"{path}.{member}", "money", $"{path}.{member}: {rule}")
                : new FieldError(path, "money", $"{path}: {exception.Message}");
        }

        var kind = type.IsEnum
            ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : Kinds.GetValueOrDefault(type, $"a {type.Name}");
        return new FieldError(path, "type", $"{path} must be {kind}.");
    }

    /// <summary>We write no nulls: what may be null may be left out.</summary>
    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false };

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;

    private static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";
}
