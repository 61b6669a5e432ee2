using System.Text.Json.Nodes;

namespace Payments.Operations.Handling.Editing;

/// <summary>JSON Merge Patch, as RFC 7396 has it: null removes a member, an array replaces one whole.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members)
            return patch?.DeepClone();
        var patched = target is JsonObject known ? (JsonObject)known.DeepClone() : [];
        foreach (var (name, value) in members)
        {
            if (value is null)
                patched.Remove(name);
            else
                patched[name] = Apply(patched[name], value);
        }

        return patched;
    }
}
